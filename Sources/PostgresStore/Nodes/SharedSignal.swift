import Store

/// A signal that other nodes get as well.
final class SharedSignal: Sendable {
    private let signal = Signal()
    private let sound: Bell.Sound
    private let bell: Bell

    init(_ sound: Bell.Sound, _ bell: Bell) {
        self.sound = sound
        self.bell = bell
    }

    /// Wakes every listener here, and those of other nodes.
    func send() {
        signal.send()
        bell.ring(sound)
    }

    /// Wakes every listener here: another node has sent it.
    func hear() { signal.send() }

    func finish() { signal.finish() }
    func stream() -> AsyncStream<Void> { signal.stream() }
}

/// The signals of a store, each under its sound.
struct SharedSignals: Sendable {
    let accepted: SharedSignal
    let queued: SharedSignal
    let timers: SharedSignal
    let rules: SharedSignal
    let silences: SharedSignal
    let lanes: SharedSignal

    init(_ bell: Bell) {
        accepted = SharedSignal(.accepted, bell)
        queued = SharedSignal(.queued, bell)
        timers = SharedSignal(.timers, bell)
        rules = SharedSignal(.rules, bell)
        silences = SharedSignal(.silences, bell)
        lanes = SharedSignal(.lanes, bell)
    }

    var all: [SharedSignal] { [accepted, queued, timers, rules, silences, lanes] }

    func hear(_ sound: Bell.Sound) {
        switch sound {
        case .accepted: accepted.hear()
        case .queued: queued.hear()
        case .timers: timers.hear()
        case .rules: rules.hear()
        case .silences: silences.hear()
        case .lanes: lanes.hear()
        }
    }
}
