// Two tables that are sorted by key: how many keys are in both, and what their rows come to.
const ROWS: usize = PARTY_0::ROWS;

pub fn main(left: [(u32, u16); ROWS], right: [(u32, u32); ROWS]) -> (u16, u64) {
    let mut count = 0u16;
    let mut sum = 0u64;
    for ((_, x), (_, y)) in join_iter(left, right) {
        count += 1u16;
        sum += (x as u64) + (y as u64);
    }
    (count, sum)
}
