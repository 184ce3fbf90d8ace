import FoundationEssentials
import NoroshiTestSupport
import Synchronization
import Testing
import X509

@testable import Ingest

@Suite("SigningCertificates")
struct SigningCertificatesTests {
    private func url(_ number: Int) throws -> SNSURL {
        try #require(SNSURL(certificate: "https://sns.us-east-1.amazonaws.com/\(number).pem"))
    }

    @Test("only so many certificates are kept, the ones used last")
    func bounded() async throws {
        let pem = try SNSSigner().pem
        let asked = Mutex<[String]>([])
        let certificates = SigningCertificates { url in
            asked.withLock { $0.append(url) }
            return pem
        }
        for number in 0..<SigningCertificates.capacity { _ = try await certificates.certificate(at: url(number)) }
        _ = try await certificates.certificate(at: url(0))
        _ = try await certificates.certificate(at: url(1_000))
        let before = asked.withLock { $0.count }
        _ = try await certificates.certificate(at: url(0))
        #expect(asked.withLock { $0.count } == before)
        _ = try await certificates.certificate(at: url(1))
        #expect(asked.withLock { $0.count } == before + 1)
    }

    @Test("what is larger than any certificate is not read")
    func large() async throws {
        let certificates = SigningCertificates { _ in Array(repeating: 0x2D, count: SigningCertificates.largest + 1) }
        await #expect(throws: CertificateUnavailable.self) { try await certificates.certificate(at: url(1)) }
    }

    @Test("only so many are fetched at once, and a finished fetch makes room")
    func concurrent() async throws {
        let pem = try SNSSigner().pem
        let gates = (0..<SigningCertificates.concurrentFetches).map { _ in Gate() }
        let certificates = SigningCertificates { url in
            if let number = Int(url.dropLast(4).split(separator: "/").last ?? ""), gates.indices.contains(number) {
                await gates[number].pass()
            }
            return pem
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in gates.indices {
                group.addTask { _ = try await certificates.certificate(at: url(number)) }
                await gates[number].waiting()
            }
            await #expect(throws: CertificateUnavailable.self) { try await certificates.certificate(at: url(99)) }
            gates[0].open()
            try await group.next()
            _ = try await certificates.certificate(at: url(99))
            for gate in gates { gate.open() }
            try await group.waitForAll()
        }
    }
}
