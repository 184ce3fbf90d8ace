/// Whether the disk has room for what comes in; while it has none, new requests are refused.
package protocol DiskRoom: Sendable {
    var isDiskFull: Bool { get }

    /// An element whenever ``isDiskFull`` may have changed, and one at the beginning.
    var diskChanges: AsyncStream<Void> { get }

    /// Looks whether there is room again, so that an end is noticed although nobody sends.
    func lookForRoom() async
}
