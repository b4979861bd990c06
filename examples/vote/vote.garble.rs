// A vote of seven people on three options, or to abstain: only the counts become known.
enum Vote {
    Abstain,
    Option(u8),
}

pub fn main(votes: [Vote; 7]) -> [u8; 4] {
    let mut counts = [0u8; 4];
    for vote in votes {
        match vote {
            Vote::Abstain => counts[0] += 1u8,
            Vote::Option(1) => counts[1] += 1u8,
            Vote::Option(2) => counts[2] += 1u8,
            Vote::Option(3) => counts[3] += 1u8,
            // A vote for an option that does not exist counts as none.
            Vote::Option(_) => counts[0] += 1u8,
        }
    }
    counts
}
