import Foundation
import SQLiteStore
import Testing

@testable import Findings

/// What the released version 0.1.0 left behind; the fixture's README says how.
enum ReleasedDirectory: String, CaseIterable, CustomTestStringConvertible {
    case stopped
    /// One message was under way, and one entry accepted and not applied.
    case killed

    var testDescription: String { rawValue }

    /// A quarter of an hour after the release was stopped, 28 November 2026.
    static let now = Date(timeIntervalSinceReferenceDate: 817_580_000)

    private static let folder: URL = {
        let resources = Bundle.module.resourceURL ?? URL(filePath: #filePath).deletingLastPathComponent()
        return resources.appending(path: "Fixtures/version-0.1.0")
    }()

    /// The requests of a file, in order.
    static func requests(_ name: String) throws -> [String] {
        let text = String(decoding: try Data(contentsOf: folder.appending(path: "\(name).ndjson")), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    /// What was posted to the service that left the directory.
    var posted: [String] {
        get throws {
            let first = try ReleasedDirectory.requests("first")
            guard self == .killed else { return first }
            return try first + ReleasedDirectory.requests("underway") + ReleasedDirectory.requests("accepted")
        }
    }

    /// Puts the directory in place.
    func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try ReleasedDirectory.expand("noroshi.sqlite", into: directory)
        if self == .killed { try ReleasedDirectory.expand("noroshi.sqlite-wal", into: directory) }
    }

    private static func expand(_ file: String, into directory: String) throws {
        let compressed = Array(try Data(contentsOf: folder.appending(path: "\(file).gz")))
        try Data(Gzip.expand(compressed, limit: 1 << 20)).write(to: URL(filePath: "\(directory)/\(file)"))
    }

    /// Opens the directory with the code of today, and does what a start does.
    func withStore(_ body: (ReleasedStore) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            try write(to: directory)
            let store = try SQLiteStore(directory: directory, options: .small)
            do {
                try await body(try await ReleasedStore(store))
            } catch {
                try await store.close()
                throw error
            }
            try await store.close()
        }
    }
}
