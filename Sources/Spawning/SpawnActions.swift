import CSpawn
import Foundation

/// What becomes of a child's descriptors before its program begins: posix_spawn(3) with its file actions.
struct SpawnActions: ~Copyable {
    private var actions = posix_spawn_file_actions_t()
    /// The child's ends of pipes. They close with this value: once it has spawned, only the child holds them.
    private var ends: [FileHandle] = []

    init() { posix_spawn_file_actions_init(&actions) }

    deinit {
        var actions = actions
        posix_spawn_file_actions_destroy(&actions)
    }

    /// - Returns: The end to write to, for a pipe.
    mutating func take(_ input: SpawnedProcess.Input) throws(SpawnError) -> FileHandle? {
        switch input {
        case .nothing: open("/dev/null", O_RDONLY, as: STDIN_FILENO)
        case .file(let file): open(file.path, O_RDONLY, as: STDIN_FILENO)
        case .pipe:
            let (reading, writing) = try SpawnActions.pipe()
            give(reading, as: STDIN_FILENO)
            return writing
        }
        return nil
    }

    /// - Returns: The end to read from, for a pipe.
    mutating func take(
        output: SpawnedProcess.Output,
        errors: SpawnedProcess.Output
    ) throws(SpawnError) -> FileHandle? {
        var pipe: (reading: FileHandle, writing: FileHandle)?
        for (target, descriptor) in [(output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
            switch target {
            case .inherited: break
            case .nowhere: open("/dev/null", O_WRONLY, as: descriptor)
            case .file(let file): open(file.path, O_WRONLY | O_CREAT | O_TRUNC, as: descriptor)
            case .pipe:
                let ends: (reading: FileHandle, writing: FileHandle)
                if let pipe { ends = pipe } else { ends = try SpawnActions.pipe() }
                pipe = ends
                give(ends.writing, as: descriptor)
            }
        }
        return pipe?.reading
    }

    mutating func enter(_ directory: String) { noroshi_spawn_actions_enter(&actions, directory) }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - command: The program and what follows it.
    ///   - environment: Each as `NAME=value`.
    /// - Returns: The identifier of the process.
    /// - Throws: ``SpawnError`` when it cannot be started.
    consuming func spawn(_ command: [String], environment: [String]) throws(SpawnError) -> pid_t {
        noroshi_spawn_actions_close_from(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A child begins with no signal blocked or ignored, whatever the thread that starts it has done with them.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer {
            for word in words { free(word) }
            for variable in variables { free(variable) }
        }
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, command[0], &actions, &attributes, &words, &variables)
        withExtendedLifetime(ends) {}
        guard code == 0 else { throw SpawnError("start \(command[0])", code: code) }
        return identifier
    }

    private mutating func open(_ path: String, _ flags: Int32, as descriptor: Int32) {
        posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
    }

    private mutating func give(_ end: FileHandle, as descriptor: Int32) {
        posix_spawn_file_actions_adddup2(&actions, end.fileDescriptor, descriptor)
        ends.append(end)
    }

    private static func pipe() throws(SpawnError) -> (reading: FileHandle, writing: FileHandle) {
        var ends: [Int32] = [-1, -1]
        guard noroshi_private_pipe(&ends) == 0 else { throw SpawnError("make a pipe", code: errno) }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }
}
