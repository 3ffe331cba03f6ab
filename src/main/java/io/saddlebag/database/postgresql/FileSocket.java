package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A connected socket of the file system, as far as the driver uses sockets. One thread reads and one writes at a time. */
final class FileSocket extends Socket {
    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private volatile int timeoutMillis;

    FileSocket(Path path) throws IOException {
        this.channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        channel.configureBlocking(false);
        this.readable = Selector.open();
        this.writable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) {
        // it is connected
    }

    @Override
    public boolean isConnected() {
        return true;
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
    public void setTcpNoDelay(boolean on) {
        // there is nothing to delay
    }

    @Override
    public void setKeepAlive(boolean on) {
        // both ends are on this machine
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
