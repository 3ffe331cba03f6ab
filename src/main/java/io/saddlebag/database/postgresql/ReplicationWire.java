package io.saddlebag.database.postgresql;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Messages of the protocol (PostgreSQL's documentation, 54.7) on a connection that has been authenticated: type, length, content. One
 * thread; a time that runs out in the middle of a message loses nothing of it.
 */
final class ReplicationWire {
    /** The server sends at most 128 KiB of log in a message. */
    private static final int LARGEST_MESSAGE = 16 << 20;

    private static final int HEAD = 5;
    private static final int LENGTH_BYTES = 4;
    private static final int BUFFER_BYTES = 1 << 19;

    /** What TLS has received can't be seen before it is read. */
    private static final int GLANCE_MILLIS = 1;

    private final Bytes in;
    private final OutputStream out;
    /** From {@code from} to {@code to} there is what was received and isn't taken yet; outside the heap where the socket reads without a detour. */
    private ByteBuffer buffer;

    private int from;
    private int to;
    private char type;
    private int bodyFrom;
    private int bodyLength;

    ReplicationWire(Socket socket) throws IOException {
        boolean direct = socket instanceof ChannelSocket;
        this.in = socket instanceof ChannelSocket channel ? channel::read : new Streamed(socket);
        this.out = socket.getOutputStream();
        this.buffer = direct ? ByteBuffer.allocateDirect(BUFFER_BYTES) : ByteBuffer.allocate(BUFFER_BYTES);
    }

    /** Where the bytes come from. */
    private interface Bytes {
        /**
         * @param limitMillis 0 for what is here already
         * @return how many; 0 when there is none within the time, -1 at the end
         */
        int read(ByteBuffer into, int limitMillis) throws IOException;
    }

    /** A socket that has nothing but a stream, as one of TLS. */
    private static final class Streamed implements Bytes {
        private final Socket socket;
        private final InputStream in;
        private final boolean glancing;

        Streamed(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.glancing = socket instanceof SSLSocket;
        }

        @Override
        public int read(ByteBuffer into, int limitMillis) throws IOException {
            if (limitMillis == 0 && !glancing && in.available() == 0) {
                return 0;
            }
            socket.setSoTimeout(Math.max(GLANCE_MILLIS, limitMillis));
            try {
                int got = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
                into.position(into.position() + Math.max(0, got));
                return got;
            } catch (SocketTimeoutException nothing) {
                return 0;
            }
        }
    }

    /**
     * The next whole message.
     *
     * @param limitMillis 0 for what is here already
     * @return false when there is none within the time
     */
    boolean next(int limitMillis) throws IOException {
        while (!whole()) {
            makeRoom();
            int got = in.read(buffer.limit(buffer.capacity()).position(to), limitMillis);
            if (got < 0) {
                throw new EOFException("the server has closed the connection");
            }
            if (got == 0) {
                return false;
            }
            to += got;
        }
        return true;
    }

    private boolean whole() throws IOException {
        if (to - from < HEAD) {
            return false;
        }
        int length = buffer.getInt(from + 1);
        if (length < LENGTH_BYTES || length > LARGEST_MESSAGE) {
            throw new IOException("the server sent a message of " + length + " bytes");
        }
        if (to - from < length + 1) {
            return false;
        }
        type = (char) (buffer.get(from) & 0xff);
        bodyFrom = from + HEAD;
        bodyLength = length - LENGTH_BYTES;
        from += length + 1;
        return true;
    }

    private void makeRoom() {
        if (from == to) {
            from = 0;
            to = 0;
        }
        int needed = to - from < HEAD ? HEAD : buffer.getInt(from + 1) + 1;
        if (from + needed > buffer.capacity() || to == buffer.capacity()) {
            ByteBuffer rest = buffer.limit(to).position(from);
            if (needed > buffer.capacity()) {
                ByteBuffer larger = buffer.isDirect() ? ByteBuffer.allocateDirect(needed) : ByteBuffer.allocate(needed);
                buffer = larger.put(rest);
            } else {
                buffer = rest.compact();
            }
            to -= from;
            from = 0;
        }
    }

    char type() {
        return type;
    }

    /** Of the last message; good until the next one. */
    ByteBuffer body() {
        return buffer.limit(buffer.capacity()).slice(bodyFrom, bodyLength);
    }

    void send(char kind, byte[] content) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(HEAD + content.length);
        message.put((byte) kind).putInt(LENGTH_BYTES + content.length).put(content);
        out.write(message.array());
        out.flush();
    }

    void query(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send('Q', Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** Rows of the last message, a {@code DataRow}: its columns, null for none. */
    List<byte @Nullable []> row() {
        ByteBuffer body = body();
        List<byte @Nullable []> columns = new ArrayList<>();
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            int length = body.getInt();
            if (length < 0) {
                columns.add(null);
            } else {
                byte[] value = new byte[length];
                body.get(value);
                columns.add(value);
            }
        }
        return columns;
    }

    /** A field of the last message, an {@code ErrorResponse}: {@code C} for SQLSTATE, {@code M} for the text. */
    String field(char wanted) {
        String all = StandardCharsets.UTF_8.decode(body()).toString();
        for (String field : all.split("\0", -1)) {
            if (!field.isEmpty() && field.charAt(0) == wanted) {
                return field.substring(1);
            }
        }
        return "";
    }
}
