/// A right that the role lacks without which there are no tables, and the statement that grants it.
package struct MissingGrant: Error, Hashable, CustomStringConvertible {
    package let description: String

    /// Looks what is missing; `nil` where the role may do what is needed.
    ///
    /// - Parameters:
    ///   - schema: In which the tables are, or are to be.
    ///   - session: Of the role.
    /// - Throws: ``PostgresError``.
    init?(_ schema: String, _ session: Session) throws {
        let found = try session.first(
            """
            SELECT current_user::text, current_database()::text, has_database_privilege(current_database(), 'CREATE'),
                (SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
                    FROM pg_namespace WHERE nspname = $1)
            """,
            [schema]
        ) { row in
            (
                role: try row.text(0), database: try row.text(1), mayMakeSchemas: try row.flag(2),
                mayUse: row.isNull(3) ? nil : try row.flag(3)
            )
        }
        guard let found else { return nil }
        let (role, name) = (SQLName.quoted(found.role), SQLName.quoted(schema))
        switch found.mayUse {
        case true?: return nil
        case false?:
            description = """
                the role \(role) may not work in the schema \(name) of the database: have its owner run \
                GRANT USAGE, CREATE ON SCHEMA \(name) TO \(role)
                """
        case nil where found.mayMakeSchemas: return nil
        case nil:
            description = """
                there is no schema \(name), and the role \(role) may make none: have the database's owner run \
                CREATE SCHEMA \(name) AUTHORIZATION \(role), or GRANT CREATE ON DATABASE \
                \(SQLName.quoted(found.database)) TO \(role)
                """
        }
    }
}
