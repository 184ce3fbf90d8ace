import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

/// What the people at the destinations know from the messages that reached them, and nothing else.
///
/// It shares no code with what decides: each message must be news to them, in the order in which they got them.
struct Readers {
    struct Place: Hashable {
        var destination: String
        var problem: Int64
    }

    private(set) var open: [Place: Severity] = [:]
    private var heardOf: Set<Place> = []
    private(set) var faults: [String] = []
    /// Where the first fault was.
    private(set) var faultAt: Place?

    /// A message has reached the first of its readers.
    mutating func read(_ message: MessageRow, in triage: WorkingSet) {
        let queued = message.message
        let destination = queued.destination
        let isReminder =
            queued.facts.transition == .reminder && queued.bundle == nil || queued.bundle?.occasion == .reminder
        if isReminder {
            let place = Place(destination: destination, problem: message.subject.problem)
            if open[place] == nil { fault("\(message.id): reminded of what is not known to be open", message) }
            return
        }
        guard queued.bundle != nil else {
            hear(
                queued.facts.transition,
                queued.facts.severity,
                at: Place(destination: destination, problem: message.subject.problem),
                message
            )
            return
        }
        for (item, problem) in triage.told(in: message.id) {
            hear(item.transition, item.severity, at: Place(destination: destination, problem: problem), message)
        }
    }

    private mutating func hear(
        _ transition: Transition,
        _ severity: Severity,
        at place: Place,
        _ message: MessageRow
    ) {
        let known = open[place]
        let count = faults.count
        defer { if faults.count > count, faultAt == nil { faultAt = place } }
        switch transition {
        case .opened, .reopened:
            if known != nil { fault("\(transition) is no news at \(place)", message) }
            if transition == .opened, heardOf.contains(place) { fault("opened twice at \(place)", message) }
            open[place] = severity
        case .raised:
            if known.map({ $0 < severity }) != true {
                fault("raised from \(known as Any) to \(severity) at \(place)", message)
            }
            open[place] = severity
        case .lowered:
            if known.map({ $0 > severity }) != true { fault("lowered from \(known as Any) to \(severity)", message) }
            open[place] = severity
        case .updated:
            if known.map({ $0 >= severity }) != true { fault("updated from \(known as Any) to \(severity)", message) }
            open[place] = severity
        case .resolved:
            if known == nil { fault("resolved without having been open at \(place)", message) }
            open[place] = nil
        case .acknowledged:
            // Says nothing of where the problem stands: what opens after it is still news.
            if message.message.facts.rule != SimulatedRules.tellsAcknowledged {
                fault("\(transition) is not wanted", message)
            }
            return
        case .refreshed, .stale, .reminder: fault("\(transition) was announced at \(place)", message)
        }
        heardOf.insert(place)
    }

    private mutating func fault(_ text: String, _ message: MessageRow) {
        faults.append("\(message.id) (\(message.message.facts.rule)): \(text)")
    }
}
