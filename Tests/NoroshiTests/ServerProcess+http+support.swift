import CurlClient
import Findings
import Foundation

extension ServerProcess {
    /// One request to the running server.
    func request(
        _ method: String,
        _ path: String,
        body: String = "",
        headers: [(name: String, value: String)] = []
    ) async throws -> HTTPResponse {
        let request = HTTPRequest(
            method: method,
            url: try WebURL(base + path),
            headers: [("content-type", "application/json")] + headers,
            body: Array(body.utf8),
            timeout: .seconds(60),
            addresses: .any
        )
        return try await client.perform(request).result.get()
    }

    /// The JSON that a GET answers.
    func get(_ path: String) async throws -> JSON {
        let response = try await request("GET", path)
        guard response.status == 200 else {
            throw ProcessFailure("GET \(path): \(response.status) \(String(decoding: response.body, as: UTF8.self))")
        }
        return try JSONDocument.parse(response.body)
    }

    /// Posts an event and returns the status of the answer.
    func post(_ event: String) async throws -> Int { try await request("POST", "/v1/events", body: event).status }

    /// Waits until everything accepted is applied, and delivered or given up.
    ///
    /// The server is asked again and again, since it has no way to tell, with pauses that leave it the processor; the
    /// time limit of the test bounds it.
    func settle() async throws -> JSON {
        while true {
            guard let totals = try await get("/api/v1/status")["totals"] else { throw ProcessFailure("no totals") }
            if totals["waiting"]?.integer == 0, totals["pending"]?.integer == 0 { return totals }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }
}

/// Events for process tests, written from the documented format of GuardDuty findings in EventBridge.
enum Sample {
    /// A GuardDuty finding of its own: `number` tells it from every other.
    static func guardDuty(_ number: Int, severity: Double = 8, title: String? = nil, run: String = "a") -> String {
        let title = JSONValue.string(title ?? "finding-\(number)- has been seen").text
        return """
            {"version":"0","id":"event-\(run)-\(number)","detail-type":"GuardDuty Finding","source":"aws.guardduty",\
            "account":"111122223333","time":"2026-11-02T10:00:00Z","region":"eu-west-1","resources":[],"detail":{\
            "schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","partition":"aws",\
            "id":"finding\(run)\(number)",\
            "arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/\(run)\(number)",\
            "type":"UnauthorizedAccess:EC2/SSHBruteForce","resource":{"resourceType":"Instance",\
            "instanceDetails":{"instanceId":"i-0123456789abcdef0"}},"service":{"serviceName":"guardduty",\
            "detectorId":"d1","count":1,"eventFirstSeen":"2026-11-02T09:59:00.000Z",\
            "eventLastSeen":"2026-11-02T09:59:30.000Z","archived":false},"severity":\(severity),\
            "createdAt":"2026-11-02T09:59:31.000Z","updatedAt":"2026-11-02T09:59:31.000Z","title":\(title),\
            "description":"An EC2 instance is under a brute force attack."}}
            """
    }

    /// The numbers of the findings that a message speaks of.
    static func number(in text: String) -> Int? {
        guard let range = text.range(of: "finding-") else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }
}
