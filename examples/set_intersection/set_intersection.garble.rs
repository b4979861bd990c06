// Which telephone numbers do two people both know? Both lists are sorted, smallest first, without
// repetition. Of the others neither learns anything but how many there are. Matches come last.
pub fn main(
    alice: [u32; 8],
    bob: [u32; 6],
) -> [(bool, u32); const { 8usize + 6usize - 1usize }] {
    join(alice, bob)
}
