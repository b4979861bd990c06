// The join of table_join with keys of 20 bytes, such as shortened hashes of names and years of birth. Both
// tables are sorted by key, byte by byte.
struct Statistics {
    patients: u16,
    relapses: u16,
    total_dose: u32,
    total_cost: u32,
    highest_cost: u32,
}

pub fn main(clinic: [([u8; 20], u16); 5], insurer: [([u8; 20], bool, u32); 4]) -> Statistics {
    let mut found = Statistics {
        patients: 0u16,
        relapses: 0u16,
        total_dose: 0u32,
        total_cost: 0u32,
        highest_cost: 0u32,
    };
    for ((_, dose), (_, relapse, cost)) in join_iter(clinic, insurer) {
        found.patients += 1u16;
        found.relapses += relapse as u16;
        found.total_dose += dose as u32;
        found.total_cost += cost;
        if cost > found.highest_cost {
            found.highest_cost = cost;
        }
    }
    found
}
