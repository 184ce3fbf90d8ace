import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Store

extension ConsoleRoutes {
    /// The findings that fit the filter as a file, written while they are read.
    func exportFindings(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let query = ConsoleRoutes.query(request)
        guard let form = FindingsExport.Form(rawValue: query["as"] ?? "csv") else {
            throw Problem(.badRequest, detail: "as: expected csv or ndjson.")
        }
        let text = query["q"] ?? ""
        var read = FindingFilter.read(text, now: now())
        read.resolve(await operations.accounts.book())
        // A file of everything is not what a mistaken filter asks for.
        if let mistake = read.mistakes.first { throw Problem(.badRequest, detail: "\(mistake).") }
        let (export, filter) = (FindingsExport(form: form), read.filter)
        return try await written("findings", form.rawValue, form.type, request, context, head: export.head) { cursor in
            let page = try await operations.findings.listed(filter, page: Store.Page(limit: 500, cursor: cursor))
            return (page.items.map(export.line), page.next)
        } cut: {
            export.cut
        }
    }

    /// The entries of the audit that fit the filter, one JSON object a line.
    func exportAudit(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        let read = AuditFilter.read(ConsoleRoutes.query(request)["q"] ?? "", now: now())
        if let mistake = read.mistakes.first { throw Problem(.badRequest, detail: "\(mistake).") }
        let filter = read.filter
        return try await written("audit", "ndjson", "application/x-ndjson", request, context, head: "") { cursor in
            let page = try await operations.audit.list(filter, page: Store.Page(limit: 500, cursor: cursor))
            return (page.items.map { $0.line }, page.next)
        } cut: {
            FindingsExport(form: .ndjson).cut
        }
    }

    /// Writes pages until there are no more, or as many lines as a file holds.
    private func written(
        _ name: String,
        _ suffix: String,
        _ type: String,
        _ request: Request,
        _ context: SurfaceContext,
        head: String,
        read: @escaping @Sendable (String?) async throws -> (lines: [String], next: String?),
        cut: @escaping @Sendable () -> String
    ) async throws -> Response {
        guard try await access.visitor(request, context) != nil else { return Answers.seeOther("/sign-in") }
        // The first page is read before anything is answered, so that what cannot be read is said as a problem.
        let first: (lines: [String], next: String?)
        do {
            first = try await read(nil)
        } catch let refusal as any Refusal {
            throw Problem(HTTPResponse.Status(code: refusal.answer.kind.statusCode), detail: refusal.answer.detail)
        }
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: head + first.lines.joined()))
            var (count, next) = (first.lines.count, first.next)
            while let cursor = next, count < FindingsExport.most {
                let page = try await read(cursor)
                try await writer.write(ByteBuffer(string: page.lines.joined()))
                (count, next) = (count + page.lines.count, page.next)
            }
            if next != nil { try await writer.write(ByteBuffer(string: cut())) }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        headers[.contentDisposition] = "attachment; filename=\"noroshi-\(name).\(suffix)\""
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return Response(status: .ok, headers: headers, body: body)
    }
}

extension AuditRecord {
    fileprivate var line: String {
        let value: JSONValue = [
            "at": .string(at.iso8601),
            "actor": .string(entry.actor),
            "action": .string(entry.action),
            "subject": .string(entry.subject),
            "before": JSONValue(entry.before),
            "after": JSONValue(entry.after),
            "note": JSONValue(entry.note),
            "requestId": JSONValue(entry.requestID),
        ]
        return value.text + "\n"
    }
}
