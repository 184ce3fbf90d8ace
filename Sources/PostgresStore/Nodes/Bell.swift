import Dispatch
import Findings
import Glibc
import Store
import Synchronization
import Triage

/// Tells the other nodes that there is something to look at: NOTIFY on a connection of its own, outside of every transaction,
/// so that no commit waits for it.
///
/// Nothing depends on it: each node looks by itself every second. A pooler that gives each transaction another connection
/// takes no LISTEN; then that is all there is.
final class Bell: Sendable {
    /// What may have changed.
    enum Sound: String, CaseIterable, Sendable {
        case accepted, queued, timers, rules, silences, lanes
    }

    private struct State {
        var wanted: Set<Sound> = []
        var isClosed = false
        /// Written to when there is something to ring.
        var pipe: (read: Int32, write: Int32)?
    }

    private let address: DatabaseAddress
    private let channel: String
    private let condition: Condition
    private let heard: @Sendable (Sound) -> Void
    private let queue = DispatchQueue(label: "noroshi.postgres.bell")
    private let state = Mutex(State())
    /// What this process says, so that it does not hear itself.
    private let own = UInt64.random(in: .min ... .max)

    /// How often it is rung at most, and how often everything is looked at unrung, in milliseconds: the lane of a message may
    /// be held by another node than the one that decides, and somebody waits for it.
    private static let rest: Int32 = 20
    private static let longestSilence: Int32 = 1_000

    /// - Parameters:
    ///   - address: Where the database is.
    ///   - schema: Nodes of one schema hear each other.
    ///   - condition: Knows when other connections have ended.
    ///   - heard: Called for each sound, and for every one of them now and then, since some may not have been heard.
    init(
        _ address: DatabaseAddress,
        schema: String,
        _ condition: Condition,
        heard: @escaping @Sendable (Sound) -> Void
    ) {
        self.address = address
        self.condition = condition
        channel = "noroshi_" + String(UInt64(bitPattern: Fingerprint.word(of: schema)), radix: 16)
        self.heard = heard
    }

    func ring(_ sound: Sound) {
        let end = state.withLock { state -> Int32? in
            guard state.wanted.insert(sound).inserted else { return nil }
            return state.pipe?.write
        }
        guard let end else { return }
        var byte: UInt8 = 1
        // A pipe that is full wakes as well.
        _ = write(end, &byte, 1)
    }

    /// Rings and listens until closed.
    func start() {
        var ends: [Int32] = [-1, -1]
        // Without one a ring waits for the next look around.
        guard pipe(&ends) == 0 else { return queue.async { self.live() } }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        state.withLock { $0.pipe = (ends[0], ends[1]) }
        queue.async { self.live() }
    }

    func close() async {
        let end = state.withLock { state -> Int32? in
            state.isClosed = true
            return state.pipe?.write
        }
        guard let end else { return }
        var byte: UInt8 = 0
        _ = write(end, &byte, 1)
        await withCheckedContinuation { continuation in
            queue.async {
                let pipe = self.state.withLock { state in
                    defer { state.pipe = nil }
                    return state.pipe
                }
                if let pipe {
                    Glibc.close(pipe.read)
                    Glibc.close(pipe.write)
                }
                continuation.resume()
            }
        }
    }

    private var isClosed: Bool { state.withLock(\.isClosed) }

    private func live() {
        while isClosed == false {
            do {
                let era = condition.era
                try listen(on: address.listen(to: channel), in: era)
            } catch {
                // Whoever writes says that the server is away.
                for sound in Sound.allCases { heard(sound) }
                wait(for: [], Bell.longestSilence)
            }
        }
    }

    private func listen(on ears: Ears, in era: Int) throws {
        var looked = ContinuousClock.now
        for sound in Sound.allCases { heard(sound) }
        while isClosed == false, condition.era == era {
            wait(for: [ears.descriptor], Bell.longestSilence)
            for word in try ears.words() {
                let parts = word.split(separator: " ")
                guard parts.count == 2, parts[0] != String(own, radix: 16) else { continue }
                if let sound = Sound(rawValue: String(parts[1])) { heard(sound) }
            }
            let wanted = state.withLock { state in
                defer { state.wanted = [] }
                return state.wanted
            }
            if wanted.isEmpty == false {
                try ears.say(wanted.map { "\(String(own, radix: 16)) \($0.rawValue)" }, on: channel)
                wait(for: [], Bell.rest)
            }
            guard looked.duration(to: .now) > .milliseconds(Int(Bell.longestSilence)) else { continue }
            looked = .now
            for sound in Sound.allCases { heard(sound) }
        }
    }

    /// Waits until there is something on one of the descriptors or to ring, or so many milliseconds.
    private func wait(for descriptors: [Int32], _ milliseconds: Int32) {
        let own = state.withLock { $0.pipe?.read }
        // With nothing to listen to it is a rest, which a ring does not cut short.
        var polled = (descriptors.isEmpty ? [] : descriptors + [own].compactMap(\.self)).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&polled, nfds_t(polled.count), milliseconds)
        guard let own, descriptors.isEmpty == false else { return }
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(own, &bytes, bytes.count) > 0 {}
    }
}
