package io.saddlebag.database.postgresql;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages over each kind of socket that a server is reached by, however they arrive. */
@Tag("J19")
@Timeout(60)
class ReplicationWireTest {
    private static final int PATIENT_MILLIS = 30_000;
    private static final int GLANCE_MILLIS = 20;
    /** What the wire reads into at first. */
    private static final int BUFFER = 1 << 19;

    @TempDir
    Path folder;

    enum Kind {
        /** As TLS has it: nothing but streams. */
        STREAM,
        TCP,
        FILE
    }

    private interface Talk {
        void with(ReplicationWire wire, SocketChannel server) throws Exception;
    }

    private void talk(Kind kind, Talk talk) throws Exception {
        boolean file = kind == Kind.FILE;
        Path path = folder.resolve("socket");
        try (ServerSocketChannel listening =
                file ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open()) {
            listening.bind(
                    file
                            ? UnixDomainSocketAddress.of(path)
                            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (Socket socket =
                    file ? ChannelSocket.of(path) : kind == Kind.TCP ? ChannelSocket.tcp() : new Socket()) {
                socket.connect(file ? null : listening.getLocalAddress(), PATIENT_MILLIS);
                assertThat(socket.isConnected()).isTrue();
                try (SocketChannel server = listening.accept()) {
                    talk.with(new ReplicationWire(socket), server);
                }
            }
        }
    }

    private static byte[] message(char type, byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putInt(4 + content.length)
                .put(content)
                .array();
    }

    private static void send(SocketChannel server, byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            server.write(all);
        }
    }

    private static byte[] body(ReplicationWire wire) {
        ByteBuffer body = wire.body();
        byte[] content = new byte[body.remaining()];
        body.get(content);
        return content;
    }

    @ParameterizedTest
    @EnumSource
    void a_message_that_comes_byte_by_byte_is_had_when_it_is_whole(Kind kind) throws Exception {
        talk(kind, (wire, server) -> {
            byte[] whole = message('d', "twelve bytes".getBytes(US_ASCII));
            for (int i = 0; i < whole.length; i++) {
                assertThat(wire.next(0)).isFalse();
                send(server, Arrays.copyOfRange(whole, i, i + 1));
            }
            assertThat(wire.next(PATIENT_MILLIS)).isTrue();
            assertThat(wire.type()).isEqualTo('d');
            assertThat(body(wire)).asString(US_ASCII).isEqualTo("twelve bytes");
            assertThat(wire.next(GLANCE_MILLIS)).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource
    void messages_of_any_length_come_in_their_order(Kind kind) throws Exception {
        Random random = new Random(7);
        int[] lengths = {
            0, 1, BUFFER - 5, 3, BUFFER - 4, 100, 3 * BUFFER, 0, 128 << 10, 131_097, 131_097, 131_097, 131_097, 9
        };
        byte[][] contents = new byte[lengths.length][];
        for (int i = 0; i < lengths.length; i++) {
            contents[i] = new byte[lengths[i]];
            random.nextBytes(contents[i]);
        }
        talk(kind, (wire, server) -> {
            Thread sending = new Thread(() -> {
                try {
                    for (byte[] content : contents) {
                        send(server, message('w', content));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            sending.start();
            for (byte[] content : contents) {
                assertThat(wire.next(PATIENT_MILLIS)).isTrue();
                assertThat(body(wire)).isEqualTo(content);
            }
            sending.join();
            assertThat(wire.next(0)).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource
    void what_is_sent_arrives_and_the_end_is_told_from_silence(Kind kind) throws Exception {
        talk(kind, (wire, server) -> {
            wire.send('r', new byte[] {1, 2, 3});
            ByteBuffer got = ByteBuffer.allocate(8);
            while (got.hasRemaining()) {
                server.read(got);
            }
            assertThat(got.array()).isEqualTo(message('r', new byte[] {1, 2, 3}));
            assertThat(wire.next(0)).isFalse();
            server.close();
            assertThatThrownBy(() -> wire.next(PATIENT_MILLIS)).isInstanceOf(EOFException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STREAM")
    void who_waits_and_is_interrupted_is_told_so(Kind kind) throws Exception {
        talk(kind, (wire, server) -> {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> wire.next(PATIENT_MILLIS))
                        .isInstanceOf(InterruptedIOException.class)
                        .hasMessage("interrupted while talking to the server");
            } finally {
                Thread.interrupted();
            }
        });
    }

    @Test
    void where_nobody_listens_and_what_is_no_host_is_an_error() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocketChannel gone = ServerSocketChannel.open()) {
            gone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            nobody = (InetSocketAddress) gone.getLocalAddress();
        }
        try (Socket socket = ChannelSocket.tcp()) {
            assertThatThrownBy(() -> socket.connect(nobody, PATIENT_MILLIS)).isInstanceOf(ConnectException.class);
        }
        try (Socket socket = ChannelSocket.tcp()) {
            assertThatThrownBy(
                            () -> socket.connect(InetSocketAddress.createUnresolved("no.such.host", 1), PATIENT_MILLIS))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("no.such.host");
        }
    }
}
