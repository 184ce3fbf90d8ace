import ArgumentParser
import FoundationEssentials
import PostgresStore
import Routing
import SQLiteStore
import Store

/// `noroshi migrate`: from a data directory into a database that several nodes can share.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Moves a data directory into a PostgreSQL database.",
        discussion: """
            Stop the service first: a directory that is in use is refused, and so is a
            database in which a node has worked before. Everything is moved in one
            transaction and counted: journal, findings, alerts, queues, attempts, versions
            of the rules, drafts, silences, audit. Numbers and ids stay as they were, so
            that links in messages go on working. What was being sent when the service
            ended counts as uncertain, as after any restart.

            The directory stays as it was, with a mark that keeps it from being served by
            mistake.

            Whatever interrupts it, the same command can be run again: it moves everything,
            or finds everything moved, compares it cell by cell, and sets the mark.

            EXAMPLES
              noroshi migrate --from /var/lib/noroshi \\
                --to 'postgresql://noroshi@db.example.com/noroshi'
              NOROSHI_DATABASE_FILE=/etc/noroshi/database noroshi migrate --from ./data

            EXIT STATUS
              0   everything was moved
              1   nothing was moved, or nobody knows; standard error says why
              64  the command line is wrong
            """
    )

    @Option(help: ArgumentHelp("The data directory.", valueName: "directory"))
    var from: String

    @Option(help: ArgumentHelp("The database; NOROSHI_DATABASE says the same.", valueName: "url"))
    var to: String?

    func run() async throws {
        do {
            let variables = ProcessInfo.processInfo.environment
            guard let address = try DatabaseAddress.configured(to, in: SecretSource(variables: variables)) else {
                throw ValidationError("give the database with --to URL or NOROSHI_DATABASE")
            }
            guard FileManager.default.fileExists(atPath: "\(from)/noroshi.sqlite") else {
                throw ValidationError("--from: \(from) holds no noroshi.sqlite")
            }
            let moved = try await move(to: address, schema: variables["NOROSHI_DATABASE_SCHEMA"] ?? "noroshi")
            for (table, count) in moved.rows where count > 0 { print("\(count) \(table)") }
            print("\(from): \(moved.total) rows are in the database \(try address.shown()); start with --database")
        } catch let error as ValidationError {
            throw error
        } catch {
            StandardError.write("noroshi migrate: \(error)")
            throw ExitCode.failure
        }
    }

    private func move(to address: DatabaseAddress, schema: String) async throws -> StoreImport {
        let store = try SQLiteStore(directory: from)
        do {
            let moved = try await StoreImport.run(
                from: store,
                numbers: StoreImport.Numbers(
                    groups: store.numbersGiven(in: "alert_groups"),
                    items: store.numbersGiven(in: "waiting_items")
                ),
                to: address,
                schema: schema
            )
            try MovedDirectory.mark(from)
            try await store.close()
            return moved
        } catch {
            try await store.close()
            throw error
        }
    }
}
