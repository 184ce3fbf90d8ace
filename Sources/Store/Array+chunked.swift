extension Array {
    /// Its elements in order, so many at a time, for what is written in several transactions.
    ///
    /// - Parameter size: The most in each, 1 or more.
    /// - Returns: None of them empty; the last may be shorter.
    package func chunked(by size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
