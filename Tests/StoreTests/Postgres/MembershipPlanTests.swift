import FoundationEssentials
import Store
import Testing

@testable import PostgresStore

@Suite("what a node does about the others")
struct MembershipPlanTests {
    private let times = Membership.Times()
    private let start = ContinuousClock.now

    private func picture(_ nodes: [Int64: Int64], _ leases: [String: Int64] = [:], skew: Double = 0) -> Picture {
        Picture(
            nodes: nodes,
            leases: leases.map { Picture.Lease(name: $0.key, node: $0.value, since: .t(0)) },
            clock: 1_000 + skew,
            readAt: 1_000
        )
    }

    /// The state of node 1 after looking at the pictures one after another, so many seconds apart, and its last plan.
    private func plan(
        _ pictures: [Picture],
        every seconds: Double = 1.5,
        lanes: Set<String> = []
    ) -> (state: Membership.State, plan: Plan) {
        var state = Membership.State(node: 1)
        state.offered = lanes
        var plan = Plan()
        for (index, picture) in pictures.enumerated() {
            plan = Membership.plan(&state, picture, begun: start + .seconds(Double(index) * seconds), times)
        }
        return (state, plan)
    }

    @Test("a node whose beat has stood still for 12 s is gone, and not before", arguments: [(8, false), (9, true)])
    func burial(looks: Int, isGone: Bool) {
        let pictures = (0..<looks).map { picture([1: Int64($0), 2: 7]) }
        #expect(plan(pictures).plan.gone == (isGone ? [2: 7] : [:]))
    }

    @Test("a beat that rises, however slowly, keeps a node")
    func alive() {
        let pictures = (0..<40).map { picture([1: Int64($0), 2: Int64($0 / 7)]) }
        #expect(plan(pictures).plan.gone.isEmpty)
    }

    @Test("a node that was held up itself counts anew, and buries nobody")
    func heldUp() {
        #expect(plan((0..<4).map { picture([1: Int64($0), 2: 7]) }, every: 13).plan.gone.isEmpty)
    }

    @Test("what is free is taken, and what another holds is not")
    func free() {
        let (_, plan) = plan([picture([1: 0, 2: 0], ["triage": 2])])
        #expect(plan.wanted == ["housekeeping"] && plan.released.isEmpty)
    }

    @Test("what a node that is gone holds is free")
    func inherited() {
        let pictures = (0..<9).map { picture([1: Int64($0), 2: 7], ["triage": 2, "housekeeping": 1]) }
        #expect(plan(pictures).plan.wanted == ["triage"])
    }

    @Test("a node whose clock is off does not lead, and gives it up", arguments: [-2.5, 2.5])
    func skew(seconds: Double) {
        #expect(plan([picture([1: 0], skew: seconds)]).plan.wanted == ["housekeeping"])
        #expect(plan([picture([1: 0], ["triage": 1], skew: seconds)]).plan.released == ["triage"])
    }

    @Test("lanes are taken up to an equal share")
    func share() {
        let lanes: Set = ["a", "b", "c", "d", "e"]
        let taken = plan([picture([1: 0, 2: 0], ["lane:a": 2, "triage": 2, "housekeeping": 2])], lanes: lanes).plan
        #expect(taken.wanted == ["lane:b", "lane:c", "lane:d"])
        #expect(plan([picture([1: 0])], lanes: lanes).plan.wanted.count == 7)
    }

    @Test("of more than a share and one, lanes are handed over; of one more they are not")
    func surplus() {
        let lanes: Set = ["a", "b", "c", "d"]
        let all = Dictionary(uniqueKeysWithValues: lanes.map { ("lane:\($0)", Int64(1)) })
        #expect(plan([picture([1: 0, 2: 0], all)], lanes: lanes).state.leaving == ["c", "d"])
        let three = all.filter { $0.key != "lane:d" }
        #expect(plan([picture([1: 0, 2: 0], three)], lanes: lanes).state.leaving.isEmpty)
        #expect(plan([picture([1: 0], all)], lanes: lanes).state.leaving.isEmpty)
    }

    @Test("a lane that the rules no longer have is handed back")
    func unused() {
        #expect(plan([picture([1: 0], ["lane:old": 1])], lanes: ["new"]).state.leaving == ["old"])
    }
}
