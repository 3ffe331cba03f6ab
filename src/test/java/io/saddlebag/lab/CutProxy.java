package io.saddlebag.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A wire that can be cut: passes TCP connections on to a port of this machine, byte by byte counted. */
public final class CutProxy implements AutoCloseable {
    /** Which direction is counted. */
    public enum Way {
        TO_TARGET,
        FROM_TARGET
    }

    private final ServerSocket server;
    private final int target;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong leftToTarget = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong leftFromTarget = new AtomicLong(Long.MAX_VALUE);
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    public CutProxy(int target) throws IOException {
        this.server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        this.target = target;
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Lets so many bytes pass from now on, then closes all connections. */
    public void cutAfter(Way way, long bytes) {
        (way == Way.TO_TARGET ? leftToTarget : leftFromTarget).set(bytes);
    }

    /** Ever accepted. */
    public int connections() {
        return connections.get();
    }

    public void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                connections.incrementAndGet();
                Socket device = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                device.setTcpNoDelay(true);
                open.addAll(List.of(client, device));
                start(() -> pass(client, device, leftToTarget));
                start(() -> pass(device, client, leftFromTarget));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void pass(Socket from, Socket to, AtomicLong left) {
        byte[] bytes = new byte[4096];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                long may = left.getAndAdd(-n);
                out.write(bytes, 0, (int) Math.max(0, Math.min(n, may)));
                if (may < n) {
                    cut();
                    return;
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cut-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
