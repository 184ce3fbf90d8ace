import ArgumentParser
import SQLiteStore
import Store

/// `noroshi backup`: one consistent copy of a data directory, made while the service runs.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies a data directory into one file, also while the service runs.",
        discussion: """
            The copy is of one moment, is checked, and gets its name only when it is whole. Do not copy noroshi.sqlite \
            itself: what was accepted last stands in the log beside it. 'noroshi restore' puts a copy back.

            EXAMPLES
              noroshi backup /var/lib/noroshi --to /backup/noroshi-$(date +%F).sqlite

            EXIT STATUS
              0   the copy is whole
              1   there is none; standard error says why
              64  the command line is wrong
            """
    )

    @Argument(help: ArgumentHelp("The data directory.", valueName: "directory"))
    var directory: String

    @Option(help: ArgumentHelp("Where the copy goes; must not exist.", valueName: "file"))
    var to: String

    func run() throws {
        do {
            let summary = try StoreBackup.make(of: directory, to: to)
            print("\(to): \(summary.words)")
        } catch {
            StandardError.write("noroshi backup: \(error)")
            throw ExitCode.failure
        }
    }
}

/// `noroshi restore`: a data directory from a copy.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a copy that 'noroshi backup' made into a data directory.",
        discussion: """
            Stop the service first. The copy is checked before anything is changed. What was accepted or delivered after \
            it was made is not in it: messages that were pending then are sent, perhaps again, with the ids they had.

            EXAMPLES
              noroshi restore /var/lib/noroshi --from /backup/noroshi-2026-01-31.sqlite
              noroshi restore /var/lib/noroshi --from /backup/noroshi-2026-01-31.sqlite --replace

            EXIT STATUS
              0   the directory holds the copy
              1   nothing was restored; standard error says why
              64  the command line is wrong
            """
    )

    @Argument(help: ArgumentHelp("The data directory; created if it is missing.", valueName: "directory"))
    var directory: String

    @Option(help: ArgumentHelp("The copy.", valueName: "file"))
    var from: String

    @Flag(help: "Move the database that is there aside.")
    var replace = false

    func run() throws {
        do {
            let (summary, aside) = try StoreBackup.restore(from, to: directory, isReplacing: replace)
            print("\(directory): \(summary.words)")
            if let aside { print("what was there is in \(aside)") }
        } catch {
            StandardError.write("noroshi restore: \(error)")
            throw ExitCode.failure
        }
    }
}

extension StoreBackup.Summary {
    fileprivate var words: String {
        "\(byteCount) bytes, checked; \(totals.accepted) findings accepted, \(totals.waiting) waiting, "
            + "\(totals.pending) messages pending, \(totals.delivered) delivered"
    }
}
