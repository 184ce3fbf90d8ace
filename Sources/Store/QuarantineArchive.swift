/// What could not be read, as long as it is kept; ``Records/quarantine(page:)`` lists it.
package protocol QuarantineArchive: Sendable {
    /// The item that is kept under the number, `nil` when there is none, or none any more.
    func quarantined(_ id: Int64) async throws -> QuarantineRecord?

    /// Takes an item out of the quarantine: it was accepted after all, or nobody wants it.
    ///
    /// - Parameter id: Its number, which is not given to another.
    /// - Returns: Whether it was kept until now.
    /// - Throws: When it cannot be written; it is kept then.
    func release(quarantined id: Int64) async throws -> Bool

    /// An element whenever items may have been dropped for want of room, and one at the beginning.
    var quarantineDrops: AsyncStream<Void> { get }

    /// How many bytes are kept, reasons included; beyond it the oldest items are dropped.
    var quarantineLimit: Int { get }
}
