import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// Sending dead deliveries again, all that fit a filter at once.
extension ConsoleRoutes {
    /// Destinations that are told apart.
    private static let mostDestinations = 50

    func addRedriving(to router: Router<SurfaceContext>) {
        show("deliveries/redrive", router) { request, visitor, context in
            let text = ConsoleRoutes.query(request)["q"] ?? ""
            return try await redriving(text, visitor, author(visitor, context), mistake: nil)
        }
        submit("deliveries/redrive", router, for: .respond, limit: Form.short) { form, visitor, author, _ in
            let text = form["q"] ?? ""
            let read = NotificationFilter.read(text, now: now())
            guard read.mistakes.isEmpty, let expected = form["expect"].flatMap(Int.init), expected >= 0 else {
                throw Problem(
                    .badRequest,
                    detail: "The form does not say which dead deliveries, and how many there were."
                )
            }
            do {
                _ = try await operations.deliveries.redrive(
                    read.filter,
                    dryRun: false,
                    expected: ExpectedCount(expected),
                    by: author
                )
                return .done("/deliveries")
            } catch let refusal as DeliveryRefusal {
                return .shown(try await redriving(text, visitor, author, mistake: refusal.answer.detail), .conflict)
            }
        }
    }

    private func redriving(_ text: String, _ visitor: Visitor, _ author: Author, mistake: String?) async throws -> Page
    {
        let read = NotificationFilter.read(text, now: now())
        guard read.mistakes.isEmpty else {
            return RedrivePage(text: text, read: read, count: 0, destinations: [], visitor: visitor, mistake: mistake)
                .page
        }
        let count = try await operations.deliveries.redrive(read.filter, dryRun: true, by: author)
        var destinations: [RedrivePage.Row] = []
        for state in try await operations.destinations.list().sorted(by: { $0.dead > $1.dead }) where state.dead > 0 {
            guard destinations.count < ConsoleRoutes.mostDestinations else { break }
            guard read.filter.destination == nil || read.filter.destination == state.name else { continue }
            var filter = read.filter
            filter.destination = state.name
            let dead = try await operations.deliveries.redrive(filter, dryRun: true, by: author)
            guard dead > 0 else { continue }
            let seconds = state.destination?.effectiveRate.map { Double(dead) * $0.interval.seconds / Double($0.count) }
            destinations.append(RedrivePage.Row(name: state.name, count: dead, seconds: seconds))
        }
        destinations.sort { ($1.count, $0.name) < ($0.count, $1.name) }
        return RedrivePage(
            text: text,
            read: read,
            count: count,
            oldest: try await operations.deliveries.oldestDead(read.filter),
            destinations: destinations,
            visitor: visitor,
            mistake: mistake
        ).page
    }
}

extension DestinationState {
    fileprivate var dead: Int { backlog?.dead ?? 0 }
}
