// Who is richer? Nobody learns by how much.
enum Answer {
    AliceIsRicher,
    BobIsRicher,
    BothAreEqual,
}

pub fn main(alice: u64, bob: u64) -> Answer {
    if alice > bob {
        Answer::AliceIsRicher
    } else if bob > alice {
        Answer::BobIsRicher
    } else {
        Answer::BothAreEqual
    }
}
