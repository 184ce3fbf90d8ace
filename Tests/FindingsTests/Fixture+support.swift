import Findings
import Foundation
import Testing

/// Payloads of this suite's own, by folder and name.
enum Fixture {
    static let folder: URL = {
        let resources = Bundle.module.resourceURL ?? URL(filePath: #filePath).deletingLastPathComponent()
        return resources.appending(path: "Fixtures")
    }()

    /// Every fixture, `kind/case`, in order.
    static let all: [String] = {
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    static func decode(_ name: String) throws -> DecodedBody { try FindingDecoder().decode(try bytes(name)) }

    /// The findings of a fixture, in order.
    static func findings(_ name: String) throws -> [Finding] { try decode(name).observations.map(\.finding) }

    /// The one finding of a fixture.
    static func finding(_ name: String) throws -> Finding {
        let findings = try findings(name)
        try #require(findings.count == 1, "\(name) holds \(findings.count) findings")
        return findings[0]
    }
}

extension FindingDecoder {
    /// Decodes a text.
    func decode(text: String, requestID: String? = nil) throws -> DecodedBody {
        try decode(Array(text.utf8), requestID: requestID)
    }
}

extension DecodedBody {
    var events: [Event] {
        items.compactMap { item in
            guard case .event(let event) = item else { return nil }
            return event
        }
    }

    var unreadable: [Unreadable] {
        items.compactMap { item in
            guard case .unreadable(let unreadable) = item else { return nil }
            return unreadable
        }
    }

    var nothings: [String] {
        items.compactMap { item in
            guard case .nothing(let reason) = item else { return nil }
            return reason
        }
    }
}
