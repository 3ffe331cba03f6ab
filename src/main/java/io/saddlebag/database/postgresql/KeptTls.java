package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.ssl.WrappedFactory;

/** As the driver's own TLS, with the socket kept as {@link KeptSockets} does. Public for the driver. */
public final class KeptTls extends WrappedFactory {
    private final String ticket;

    /** @param properties of the connection */
    public KeptTls(Properties properties) throws SQLException {
        this.ticket = KeptSockets.ticket(properties);
        this.factory = new LibPQFactory(properties);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return KeptSockets.keep(ticket, super.createSocket(socket, host, port, autoClose));
    }
}
