package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects the driver, and keeps the socket for who speaks the replication protocol over it: the driver connects and authenticates,
 * but doesn't know timelines. Public for the driver, which makes it by its name.
 */
public final class KeptSockets extends SocketFactory {
    private static final Map<String, Socket> KEPT = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong();
    private static final String PROPERTY = "socketFactoryArg";

    private final String ticket;
    private final @Nullable Path path;

    /** @param properties of the connection */
    public KeptSockets(Properties properties) {
        this.ticket = ticket(properties);
        String place = ticket.substring(ticket.indexOf(':') + 1);
        this.path = place.isEmpty() ? null : Path.of(place);
    }

    /** @param path of a socket of the file system; {@code ""} for TCP */
    static String newTicket(String path) {
        return NEXT.incrementAndGet() + ":" + path;
    }

    static String ticket(Properties properties) {
        String ticket = properties.getProperty(PROPERTY);
        if (ticket == null) {
            throw new IllegalArgumentException("the connection has no " + PROPERTY);
        }
        return ticket;
    }

    static Socket keep(String ticket, Socket socket) {
        KEPT.put(ticket, socket);
        return socket;
    }

    /** The socket that was made last; once. */
    static Socket take(String ticket) throws IOException {
        Socket socket = KEPT.remove(ticket);
        if (socket == null) {
            throw new IOException("the driver made no socket");
        }
        return socket;
    }

    static void forget(String ticket) {
        KEPT.remove(ticket);
    }

    @Override
    public Socket createSocket() throws IOException {
        return keep(ticket, path == null ? ChannelSocket.tcp() : ChannelSocket.of(path));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(host, port);
    }
}
