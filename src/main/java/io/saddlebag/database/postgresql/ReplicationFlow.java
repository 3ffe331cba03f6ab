package io.saddlebag.database.postgresql;

import io.saddlebag.database.log.LogFlow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code CopyData} both ways (documentation, 54.4). */
final class ReplicationFlow implements LogFlow {
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int STATUS_BYTES = 34;
    private static final long MICROS = 1_000_000;
    private static final int NANOS_A_MICRO = 1000;

    private final ReplicationConnection connection;
    private final ReplicationWire wire;
    private final Clock clock;
    private final byte[] status = new byte[STATUS_BYTES];
    private long position;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long serverEnd;
    private boolean answerWanted;
    private long nextTimeline;
    private boolean ended;

    ReplicationFlow(ReplicationConnection connection, ReplicationWire wire, Clock clock, long from) {
        this.connection = connection;
        this.wire = wire;
        this.clock = clock;
        this.serverEnd = from;
    }

    /** The timeline had ended before: the answer names the next one at once. */
    ReplicationFlow ended() throws IOException {
        end();
        return this;
    }

    @Override
    public Kind next(Duration wait) throws IOException {
        if (ended) {
            return Kind.END;
        }
        try {
            if (!wire.next((int) wait.toMillis())) {
                return Kind.NOTHING;
            }
            return switch (wire.type()) {
                case 'd' -> data();
                case 'c' -> {
                    wire.send('c', new byte[0]);
                    end();
                    yield Kind.END;
                }
                case 'E' -> throw connection.refused();
                case 'C', 'Z' -> throw new IOException("the server is shutting down");
                default -> Kind.ALIVE;
            };
        } catch (io.saddlebag.fault.BackupException told) {
            throw told;
        } catch (IOException e) {
            throw connection.lost(e);
        }
    }

    private Kind data() throws IOException {
        ByteBuffer body = wire.body();
        char kind = (char) body.get();
        switch (kind) {
            case 'w' -> {
                position = body.getLong();
                serverEnd = body.getLong();
                body.getLong();
                bytes = body.slice();
                return Kind.BYTES;
            }
            case 'k' -> {
                serverEnd = body.getLong();
                body.getLong();
                answerWanted = body.get() != 0;
                return Kind.ALIVE;
            }
            default -> throw new IOException("the server sent a message of kind " + kind);
        }
    }

    private void end() throws IOException {
        List<List<byte @Nullable []>> rows = connection.rows("the end of a timeline");
        if (rows.isEmpty()) {
            throw new IOException("the server ended the flow without another timeline");
        }
        nextTimeline =
                Long.parseLong(new String(Objects.requireNonNull(rows.get(0).get(0)), StandardCharsets.UTF_8));
        ended = true;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public long serverEnd() {
        return serverEnd;
    }

    @Override
    public boolean answerWanted() {
        return answerWanted;
    }

    @Override
    public long nextTimeline() {
        return nextTimeline;
    }

    @Override
    public void report(long durable) throws IOException {
        answerWanted = false;
        Duration since = Duration.between(EPOCH, clock.instant());
        long micros = since.getSeconds() * MICROS + since.getNano() / NANOS_A_MICRO;
        ByteBuffer.wrap(status)
                .put((byte) 'r')
                .putLong(durable)
                .putLong(durable)
                .putLong(durable)
                .putLong(micros)
                .put((byte) 0);
        try {
            wire.send('d', status);
        } catch (IOException e) {
            throw connection.lost(e);
        }
    }
}
