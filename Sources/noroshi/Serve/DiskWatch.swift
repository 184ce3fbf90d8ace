import Logging
import ServiceLifecycle
import Store

/// Says when the disk is full and when it no longer is, and looks for room meanwhile: balancers that ask `/readyz` send
/// nothing that would.
struct DiskWatch: Service {
    let room: any DiskRoom
    let logger: Logger
    var interval: Duration = .seconds(5)

    func run() async throws {
        var wasFull = false
        for await _ in room.diskChanges.cancelOnGracefulShutdown() {
            if room.isDiskFull != wasFull {
                wasFull.toggle()
                say(wasFull)
            }
            do {
                while room.isDiskFull {
                    try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
                    await room.lookForRoom()
                }
            } catch is CancellationError {
                return
            }
        }
    }

    private func say(_ isFull: Bool) {
        if isFull {
            logger.error(
                "the disk is full: new requests are refused until there is room; what was accepted is delivered"
            )
        } else {
            logger.notice("the disk has room again: requests are accepted")
        }
    }
}
