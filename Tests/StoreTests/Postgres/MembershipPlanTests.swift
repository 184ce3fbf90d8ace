import FoundationEssentials
import Store
import Testing

@testable import PostgresStore

@Suite("what a node does about the others")
struct MembershipPlanTests {
    private let times = Membership.Times()
    private let start = ContinuousClock.now

    private func picture(
        _ nodes: [Int64: Int64],
        _ leases: [String: Int64] = [:],
        skew: Double = 0,
        fit: Set<Int64>? = nil
    )
        -> Picture
    {
        Picture(
            nodes: nodes,
            leases: leases.map { Picture.Lease(name: $0.key, node: $0.value, since: .t(0)) },
            clock: 1_000 + skew,
            readAt: 1_000,
            fit: fit ?? Set(nodes.keys)
        )
    }

    /// The state of node 1 after looking at the pictures one after another, so many seconds apart, and its last plan.
    private func plan(
        _ pictures: [Picture],
        every seconds: Double = 1.5,
        lanes: Set<String> = [],
        knowsRules: Bool = true
    ) -> (state: Membership.State, plan: Plan) {
        var state = Membership.State(node: 1)
        state.offered = lanes
        state.knowsRules = knowsRules
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

    @Test("a node whose clock is off neither leads nor sends, and gives it up", arguments: [-2.5, 2.5])
    func skew(seconds: Double) {
        #expect(plan([picture([1: 0, 2: 0], skew: seconds)], lanes: ["a"]).plan.wanted == ["housekeeping"])
        let (state, plan) = plan(
            [picture([1: 0, 2: 0], ["triage": 1, "lane:a": 1], skew: seconds)],
            lanes: ["a"]
        )
        #expect(plan.released == ["triage"] && state.leaving == ["a"])
    }

    @Test("a node that cannot read the rules in force neither leads nor sends, and gives it up")
    func rules() {
        let pictures = [picture([1: 0, 2: 0], ["triage": 1, "lane:a": 1])]
        let (state, plan) = plan(pictures, lanes: ["a", "b"], knowsRules: false)
        #expect(plan.released == ["triage"] && plan.wanted == ["housekeeping"] && state.leaving == ["a"])
    }

    @Test(
        "where no other node is fit, a node goes on: the server's own clock may be off",
        arguments: [[], [1]] as [Set<Int64>]
    )
    func nobody(fit: Set<Int64>) {
        let taken = plan([picture([1: 0, 2: 0], skew: 10, fit: fit)], lanes: ["a", "b"]).plan
        #expect(taken.wanted.contains("triage") && taken.released.isEmpty)
        #expect(taken.wanted.filter { $0.hasPrefix("lane") }.count == (fit.isEmpty ? 1 : 2))
        #expect(plan([picture([1: 0, 2: 0], ["triage": 1], skew: 10, fit: fit)]).plan.released.isEmpty)
    }

    @Test("lanes are divided between those that are fit")
    func fit() {
        let lanes: Set = ["a", "b", "c", "d"]
        let leases: [String: Int64] = ["triage": 2, "housekeeping": 2]
        #expect(
            plan([picture([1: 0, 2: 0, 3: 0], leases, fit: [1, 2])], lanes: lanes).plan.wanted == ["lane:a", "lane:b"]
        )
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

    @Test("a lane that the rules no longer have is to be given back")
    func unused() {
        #expect(plan([picture([1: 0], ["lane:old": 1])], lanes: ["new"]).state.leaving == ["old"])
    }
}
