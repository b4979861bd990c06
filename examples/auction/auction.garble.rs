// A sealed-bid auction of the second price (Vickrey): the highest bidder wins and pays the second highest
// bid, so that it is best to bid what the thing is worth to you. Of equal bids the first one wins.
struct Outcome {
    winner: usize,
    price: u32,
}

pub fn main(bids: [u32; 4]) -> Outcome {
    let mut winner = 0usize;
    let mut best = 0u32;
    let mut second = 0u32;
    for i in 0usize..4usize {
        let bid = bids[i];
        if bid > best {
            second = best;
            best = bid;
            winner = i;
        } else if bid > second {
            second = bid;
        }
    }
    Outcome { winner, price: second }
}
