import Findings
import FoundationEssentials

extension Feed {
    /// Sends one finding of a control; `nil` when its occasion has passed.
    mutating func send(_ due: Due, at minute: Int) -> Emission? {
        switch due.occasion {
        case .first: again(due, at: minute)
        case .periodic:
            if due.standard == 0 { change(due.problem, at: minute) }
            again(due, at: minute)
        case .changed: break
        case .acknowledged: if problems[due.problem].isAcknowledged == false { return nil }
        case .withdrawn:
            guard problems[due.problem].isFailing else { return nil }
            problems[due.problem].isAcknowledged = false
        }
        if due.occasion != .acknowledged, due.occasion != .withdrawn {
            problems[due.problem].updated[due.standard] = Int32(minute)
        }
        return emission(due)
    }

    private mutating func again(_ due: Due, at minute: Int) {
        plan(
            Due(problem: due.problem, standard: due.standard, occasion: .periodic),
            at: minute + numbers.number(720..<1_441)
        )
    }

    /// One in a hundred brings a change, as many for the worse as for the better.
    private mutating func change(_ number: Int, at minute: Int) {
        let problem = problems[number]
        let roll = numbers.number(0..<10_000)
        if problem.isFailing {
            switch roll {
            case ..<400:
                problems[number].isFailing = false
                problems[number].isAcknowledged = false
            case ..<500: problems[number].severity = raised(problem.severity)
            case ..<600 where problem.isAcknowledged == false:
                problems[number].isAcknowledged = true
                let end = minute + numbers.number(60..<2_880)
                for standard in 0..<problem.standards {
                    plan(Due(problem: number, standard: standard, occasion: .acknowledged), at: minute + 1)
                    plan(Due(problem: number, standard: standard, occasion: .withdrawn), at: end)
                }
                return
            default: return
            }
        } else {
            let openings = controls[problem.control].severity == .critical ? 5 : 55
            guard roll < openings else { return }
            problems[number].isFailing = true
            problems[number].severity = controls[problem.control].severity
        }
        for standard in 1..<max(2, problem.standards) where standard < problem.standards {
            plan(
                Due(problem: number, standard: standard, occasion: .changed),
                at: minute + numbers.number(1..<6)
            )
        }
    }

    /// One step up; to CRITICAL seldom.
    private mutating func raised(_ severity: Severity) -> Severity {
        switch severity {
        case .low: .medium
        case .medium: .high
        case .high where numbers.chance(1_000): .critical
        default: severity
        }
    }

    private mutating func emission(_ due: Due) -> Emission {
        let problem = problems[due.problem]
        let control = controls[problem.control]
        let region = FeedSize.regions[problem.region]
        let account = Feed.account(problem.account)
        let standard = FeedSize.standards[due.standard]
        let uuid = Feed.uuid(due.problem, due.standard)
        let id = "arn:aws:securityhub:\(region):\(account):subscription/\(standard)/\(control.id)/finding/\(uuid)"
        let workflow = problem.isFailing ? problem.isAcknowledged ? "NOTIFIED" : "NEW" : "RESOLVED"
        let updated = start.addingTimeInterval(Double(problem.updated[due.standard]) * 60)
        let finding = Finding(
            key: FindingKey(id),
            source: "aws.securityhub",
            kind: .securityHub,
            id: id,
            title: control.title,
            description: "This control checks whether \(control.title). It fails when one of them does not.",
            // Security Hub makes what has passed INFORMATIONAL.
            severity: problem.isFailing ? problem.severity : .informational,
            account: account,
            region: region,
            status: problem.isFailing ? problem.isAcknowledged ? .acknowledged : .active : .resolved,
            statusText: "\(workflow)/ACTIVE/\(problem.isFailing ? "FAILED" : "PASSED")",
            product: "Security Hub",
            types: ["Software and Configuration Checks/Industry and Regulatory Standards"],
            controls: [control.id],
            standards: [standard],
            resources: [
                Resource(
                    id: "arn:aws:\(account):\(region):\(control.id.lowercased())/\(problem.resource)",
                    type: control.resourceType,
                    region: region
                )
            ],
            createdAt: start,
            updatedAt: updated,
            firstSeenAt: start,
            lastSeenAt: updated
        )
        sent += 1
        return Emission(
            problem: due.problem,
            member: due.standard,
            observation: Observation(finding: finding, event: control.event, findingIndex: 0),
            redeliveryKey: "eventbridge:\(Feed.uuid(sent, 9))"
        )
    }

    /// The twelve digits of an account; the first ones are those of the example rules' production.
    static func account(_ number: Int) -> String {
        switch number {
        case 0: "111122223333"
        case 1: "444455556666"
        case 2: "999999999999"
        default: String(200_000_000_000 + number * 1_234_567)
        }
    }

    static func uuid(_ number: Int, _ kind: Int) -> String {
        let digits = String(number, radix: 16)
        return "0000000\(kind)-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}
