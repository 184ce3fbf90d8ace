package import FoundationEssentials

extension Date {
    /// When things happen in examples.
    package static let sample = Date(timeIntervalSince1970: 1_795_000_000)
}
