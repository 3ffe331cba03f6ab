package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A socket over a channel, as far as the driver uses sockets, which who speaks the replication protocol reads without a detour over arrays. One
 * thread reads and one writes at a time.
 */
final class ChannelSocket extends Socket {
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private volatile int timeoutMillis;

    private ChannelSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        this.readable = Selector.open();
        this.writable = Selector.open();
    }

    /** Connected to a socket of the file system. */
    static ChannelSocket of(Path path) throws IOException {
        ChannelSocket socket = new ChannelSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        socket.register();
        return socket;
    }

    /** Not connected yet. */
    static ChannelSocket tcp() throws IOException {
        return new ChannelSocket(SocketChannel.open());
    }

    private void register() throws IOException {
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (channel.isConnected()) {
            return;
        }
        if (endpoint instanceof InetSocketAddress address && address.isUnresolved()) {
            throw new UnknownHostException(address.getHostName());
        }
        if (!channel.connect(endpoint)) {
            try (Selector connected = Selector.open()) {
                channel.register(connected, SelectionKey.OP_CONNECT);
                await(connected, timeout);
                boolean unused = channel.finishConnect();
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("no connection within " + timeout + " ms");
            }
        }
        register();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public synchronized void setSoTimeout(int timeout) {
        timeoutMillis = timeout;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        set(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public InetAddress getInetAddress() {
        return channel.socket().getInetAddress();
    }

    @Override
    public int getPort() {
        return channel.socket().getPort();
    }

    /** A socket of the file system has neither: both ends are on this machine. */
    private void set(SocketOption<Boolean> option, boolean on) throws SocketException {
        if (channel.supportedOptions().contains(option)) {
            try {
                channel.setOption(option, on);
            } catch (SocketException e) {
                throw e;
            } catch (IOException e) {
                SocketException failure = new SocketException(option + ": " + e.getMessage());
                failure.initCause(e);
                throw failure;
            }
        }
    }

    /**
     * Reads what there is.
     *
     * @param limitMillis to wait for the first byte; 0 for not at all
     * @return how many bytes; 0 when there is none within the time, -1 at the end
     */
    int read(ByteBuffer into, int limitMillis) throws IOException {
        int got = channel.read(into);
        if (got != 0 || limitMillis == 0 || !into.hasRemaining()) {
            return got;
        }
        try {
            await(readable, limitMillis);
        } catch (SocketTimeoutException nothing) {
            return 0;
        }
        return channel.read(into);
    }

    @Override
    public InputStream getInputStream() {
        return new Input();
    }

    @Override
    public OutputStream getOutputStream() {
        return new Output();
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }

    /** @param limitMillis 0 for none */
    private static void await(Selector ready, int limitMillis) throws IOException {
        int found = ready.select(limitMillis);
        ready.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while talking to the server");
        }
        if (found == 0 && limitMillis > 0) {
            throw new SocketTimeoutException("the server said nothing for " + limitMillis + " ms");
        }
    }

    private final class Input extends InputStream {
        /** One, when there is anything: nobody says how much. */
        @Override
        public int available() throws IOException {
            int found = readable.selectNow();
            readable.selectedKeys().clear();
            return found > 0 ? 1 : 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            ByteBuffer target = ByteBuffer.wrap(into, offset, length);
            while (true) {
                int got = channel.read(target);
                if (got != 0 || length == 0) {
                    return got;
                }
                await(readable, timeoutMillis);
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(from, offset, length);
            while (source.hasRemaining()) {
                if (channel.write(source) == 0) {
                    await(writable, timeoutMillis);
                }
            }
        }
    }
}
