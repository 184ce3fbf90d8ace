import SwiftASN1
import X509

/// The certificates that SNS messages name, fetched once each.
actor SigningCertificates {
    /// Fetches a URL: GET, no redirects, server certificate verified; returns the body of a 200.
    typealias Fetch = @Sendable (_ url: String) async throws -> [UInt8]

    /// AWS replaces its certificates about once a year and Region, so a few are all there ever are.
    static let capacity = 32
    /// Anybody may post a message that names a listed topic; this bounds what that makes us fetch.
    static let concurrentFetches = 4
    static let largest = 65_536

    private let fetch: Fetch
    /// Least recently used first.
    private var known: [(url: SNSURL, certificate: Certificate)] = []
    private var fetching = 0

    init(fetch: @escaping Fetch) { self.fetch = fetch }

    /// The certificate at the URL.
    ///
    /// - Parameter url: Of an SNS host.
    /// - Returns: A certificate issued to SNS; whether it was valid at a given time is not looked at.
    /// - Throws: ``SNSRefusal`` when it is not SNS's, ``CertificateUnavailable`` when it cannot be had at the moment.
    func certificate(at url: SNSURL) async throws -> Certificate {
        if let index = known.firstIndex(where: { $0.url == url }) {
            let entry = known.remove(at: index)
            known.append(entry)
            return entry.certificate
        }
        guard fetching < SigningCertificates.concurrentFetches else {
            throw CertificateUnavailable(reason: "too many certificates are being fetched")
        }
        fetching += 1
        defer { fetching -= 1 }
        let certificate = try await fetchCertificate(at: url)
        if known.contains(where: { $0.url == url }) == false {
            if known.count >= SigningCertificates.capacity { known.removeFirst() }
            known.append((url: url, certificate: certificate))
        }
        return certificate
    }

    /// Fetches the certificate at the URL anew when it is needed next.
    func forget(_ url: SNSURL) { known.removeAll { $0.url == url } }

    private func fetchCertificate(at url: SNSURL) async throws -> Certificate {
        let bytes: [UInt8]
        do {
            bytes = try await fetch(url.description)
        } catch {
            throw CertificateUnavailable(reason: String(describing: error))
        }
        guard bytes.count <= SigningCertificates.largest else {
            throw CertificateUnavailable(reason: "it is larger than \(SigningCertificates.largest) bytes")
        }
        let certificate: Certificate
        do {
            certificate = try Certificate(pemEncoded: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CertificateUnavailable(reason: "what was fetched is not a PEM certificate: \(error)")
        }
        guard try SNSSignature.isIssuedToSNS(certificate) else { throw SNSRefusal.certificateNotSNS }
        return certificate
    }
}

/// A signing certificate cannot be had at the moment; the message should be sent again.
struct CertificateUnavailable: Error, CustomStringConvertible {
    let reason: String

    var description: String { "the signing certificate cannot be fetched: \(reason)" }
}
