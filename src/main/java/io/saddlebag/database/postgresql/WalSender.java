package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * A connection on which the server speaks its replication protocol.
 *
 * @param driver which made the connection, and isn't used for anything but its end from now on
 */
record WalSender(Connection driver, ReplicationWire wire) {
    /**
     * @param name what the server knows the session as
     * @param limit for connecting
     */
    static WalSender open(PostgresqlSettings settings, ServerConnections connections, String name, Duration limit)
            throws SQLException, IOException {
        boolean local = settings.host().startsWith("/");
        String ticket = KeptSockets.newTicket(local ? settings.host() + "/.s.PGSQL." + settings.port() : "");
        try {
            Connection driver = connections.open(
                    limit,
                    Map.ofEntries(
                            Map.entry("replication", "true"),
                            Map.entry("preferQueryMode", "simple"),
                            Map.entry("assumeMinServerVersion", "9.4"),
                            Map.entry("ApplicationName", name),
                            Map.entry("tcpKeepAlive", "true"),
                            Map.entry("gssEncMode", "disable"),
                            Map.entry("socketFactory", KeptSockets.class.getName()),
                            Map.entry("socketFactoryArg", ticket),
                            Map.entry("sslfactory", KeptTls.class.getName())));
            return new WalSender(driver, new ReplicationWire(KeptSockets.take(ticket)));
        } finally {
            KeptSockets.forget(ticket);
        }
    }

    /** Clean-up: it never hides the first failure. */
    void closeAfter(Exception first) {
        try {
            driver.close();
        } catch (SQLException e) {
            first.addSuppressed(e);
        }
    }
}
