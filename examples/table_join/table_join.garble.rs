// A clinic knows who took a medicine and the dose, an insurer who fell ill again and what that cost. Both
// tables are sorted by patient number. The result is statistics over the patients who are in both.
struct Statistics {
    patients: u16,
    relapses: u16,
    total_dose: u32,
    total_cost: u32,
    highest_cost: u32,
}

pub fn main(clinic: [(u32, u16); 8], insurer: [(u32, bool, u32); 8]) -> Statistics {
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
