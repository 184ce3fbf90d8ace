/// What this process is called among those that share its store, and how its clock is.
package struct ThisNode: Sendable {
    /// For people.
    package var name: String
    /// The number under which it works now; 0 where it works alone. A process that had been taken for gone gets another.
    package var number: @Sendable () -> Int64
    /// By how many seconds the store's clock is ahead of this machine's.
    package var clockSkew: @Sendable () -> Double
    /// Whether that is too much for a node that decides when things are due.
    package var isClockOff: @Sendable () -> Bool

    package init(
        name: String = "",
        number: @escaping @Sendable () -> Int64 = { 0 },
        clockSkew: @escaping @Sendable () -> Double = { 0 },
        isClockOff: @escaping @Sendable () -> Bool = { false }
    ) {
        self.name = name
        self.number = number
        self.clockSkew = clockSkew
        self.isClockOff = isClockOff
    }

    /// How it is at a moment; known without asking the store.
    package struct Standing: Sendable, Hashable {
        package var number: Int64
        package var name: String
        /// Whether others work on the same store.
        package var isShared: Bool
        /// Whether it applies what was accepted, and what is due by itself.
        package var leads: Bool
        /// Seconds; see ``ThisNode/clockSkew``.
        package var clockSkew: Double
        package var isClockOff: Bool
    }
}
