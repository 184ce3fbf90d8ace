import Findings
import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Routing
import Store
import Triage

extension ConsoleRoutes {
    /// Rows of a page.
    private static let rows = 50
    /// Deliveries whose attempts are read for the story of one finding.
    private static let mostDeliveries = 20

    func overview(_ request: Request, _ visitor: Visitor) async throws -> Page {
        let period = ConsoleRoutes.query(request)["since"].flatMap(OverviewPeriod.init) ?? .day
        return OverviewPage(
            process: await operations.status.process(),
            ledger: try await operations.status.ledger(),
            revisions: try await operations.rules.versions(page: Store.Page(limit: 3)).items,
            statistics: try await operations.statistics.fates(by: .all, since: now() - period.seconds),
            period: period,
            visitor: visitor
        ).page
    }

    func findings(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        var read = FindingFilter.read(text, now: now())
        var found = Paged<ListedFinding>(items: [], next: nil)
        do {
            found = try await operations.findings.listed(read.filter, page: listed(query))
        } catch let unknown as UnknownName {
            read.mistakes.append(unknown.answer.detail)
        }
        return FindingsPage.page(found, read, text: text)
    }

    func finding(_ request: Request, _ visitor: Visitor, _ context: SurfaceContext) async throws -> Page {
        let story = try await operations.findings.finding(try parameter("id", context))
        var deliveries: [NotificationRecord] = []
        let newest = story.notifications.sorted { $0.createdAt > $1.createdAt }.prefix(ConsoleRoutes.mostDeliveries)
        for notification in newest { deliveries.append(try await operations.deliveries.delivery(notification.id)) }
        var explanations: Explanations?
        do {
            explanations = try await operations.findings.explain(
                stored: story.record.finding.key.rawValue,
                under: .atTheTime,
                at: nil
            )
        } catch is ExplanationRefusal {
            explanations = nil
        }
        var whyNot: WhyNot?
        var mistake: String?
        if let destination = ConsoleRoutes.query(request)["why-not"], destination.isEmpty == false {
            do {
                whyNot = try await operations.findings.whyNot(story.record.id, told: destination)
            } catch let unknown as UnknownName {
                mistake = unknown.answer.detail
            }
        }
        return FindingPage(
            story: story,
            deliveries: deliveries,
            explanation: explanations?.explanations.first,
            version: explanations?.version,
            destinations: operations.destinations.names,
            whyNot: whyNot,
            whyNotMistake: mistake,
            visitor: visitor,
            now: now()
        ).page
    }

    func deliveries(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        var read = NotificationFilter.read(text, now: now())
        var found = Paged<Notification>(items: [], next: nil)
        do {
            found = try await operations.deliveries.list(read.filter, page: listed(query))
        } catch let unknown as UnknownName {
            read.mistakes.append(unknown.answer.detail)
        }
        return DeliveriesPage.page(found, read, text: text)
    }

    func delivery(_ request: Request, _ visitor: Visitor, _ context: SurfaceContext) async throws -> Page {
        let record = try await operations.deliveries.delivery(try parameter("id", context))
        return DeliveryPage(record: record, finding: record.notification.content.finding.key.rawValue, visitor: visitor)
            .page
    }

    func audit(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        let read = AuditFilter.read(text, now: now())
        return AuditPage.page(try await operations.audit.list(read.filter, page: listed(query)), read, text: text)
    }

    func coverage(_ request: Request) async -> Page {
        let query = ConsoleRoutes.query(request)
        let (version, coverage) = await operations.coverage.coverage()
        return CoveragePage(
            coverage: coverage,
            version: version,
            onlyHoles: query["holes"] == "1",
            text: String((query["q"] ?? "").prefix(200))
        ).page
    }

    /// Leads to whatever the text names: a finding, a delivery, a destination; else to the findings that fit.
    func go(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let text = (ConsoleRoutes.query(request)["q"] ?? "").trimmingPrefix { $0.isWhitespace }
        guard try await access.visitor(request) != nil else { return Answers.seeOther("/sign-in") }
        guard text.isEmpty == false else { return Answers.seeOther("/findings") }
        let name = String(text.prefix(2_048))
        if let path = try await ruleOrVersion(name) { return Answers.seeOther(path) }
        if operations.destinations.names.contains(name) { return Answers.seeOther(ConsolePath.destination(name)) }
        do {
            return Answers.seeOther(ConsolePath.finding(try await operations.findings.finding(name).record.id))
        } catch is FindingRefusal {
            // It names no finding: it may name a delivery.
        }
        do {
            return Answers.seeOther(
                ConsolePath.delivery(try await operations.deliveries.delivery(name).notification.id)
            )
        } catch is DeliveryRefusal {
            let isAccount = name.utf8.count == 12 && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return Answers.seeOther(ConsolePath.findings(isAccount ? "account:\(name)" : name))
        }
    }

    /// Where a rule of this name is, or a version such as `v41`.
    private func ruleOrVersion(_ name: String) async throws -> String? {
        guard let (active, text) = try await operations.rules.active() else { return nil }
        if name.first == "v", let number = Int(name.dropFirst()), (1...active.version).contains(number) {
            return "/versions/\(number)"
        }
        return try await ruleSets.read(text).place(of: name) == nil ? nil : ConsolePath.rule(name)
    }

    private func listed(_ query: [String: String]) -> Store.Page {
        Store.Page(limit: ConsoleRoutes.rows, cursor: query["cursor"])
    }
}
