package io.saddlebag.journal;

import io.saddlebag.database.JournalServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A MariaDB server as far as its binary logs go: real files with the events that begin and end them. */
final class BinlogTwin implements JournalServer {
    private static final int STOP = 3;
    private static final int ROTATE = 4;
    private static final int QUERY = 2;
    private static final int FORMAT = 15;
    private static final int GTID_LIST = 163;
    private static final int FLAGS_AT = 4 + 17;

    final Path folder;
    final List<String> told = new ArrayList<>();
    /** What each log had when it ended. */
    final Map<Long, String> written = new TreeMap<>();

    boolean on = true;
    boolean stalls;
    /** A log that a replica reads. */
    long replicaAt = Long.MAX_VALUE;

    private final List<Long> numbers = new ArrayList<>();
    private boolean checksums = true;

    BinlogTwin(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        begin(1);
    }

    static String name(long number) {
        return String.format(Locale.ROOT, "jrn.%06d", number);
    }

    Path file(long number) {
        return folder.resolve(name(number));
    }

    long currentNumber() {
        return numbers.get(numbers.size() - 1);
    }

    private void begin(long number) throws IOException {
        Files.write(file(number), new byte[] {(byte) 0xfe, 'b', 'i', 'n'});
        byte[] body = new byte[2 + 50 + 4 + 1 + 20 + 1];
        body[0] = 4;
        body[2 + 50 + 4] = 19;
        body[body.length - 1] = (byte) (checksums ? 1 : 0);
        event(number, FORMAT, body, 1, true);
        event(number, GTID_LIST, new byte[4], 0, checksums);
        numbers.add(number);
    }

    void write(String text) throws IOException {
        event(currentNumber(), QUERY, text.getBytes(StandardCharsets.UTF_8), 0, checksums);
    }

    private void event(long number, int kind, byte[] body, int flags, boolean summed) throws IOException {
        int length = 19 + body.length + (summed ? 4 : 0);
        ByteBuffer event = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(1_700_000_000)
                .put((byte) kind)
                .putInt(7)
                .putInt(length)
                .putInt((int) Files.size(file(number)) + length)
                .putShort((short) flags)
                .put(body);
        if (summed) {
            CRC32 crc = new CRC32();
            crc.update(event.array(), 0, length - 4);
            event.putInt((int) crc.getValue());
        }
        Files.write(file(number), event.array(), StandardOpenOption.APPEND);
    }

    /** As {@code FLUSH BINARY LOGS}, or a log that is full. */
    @Override
    public void switchCurrent() throws IOException {
        long ended = currentNumber();
        byte[] next = name(ended + 1).getBytes(StandardCharsets.UTF_8);
        event(
                ended,
                ROTATE,
                ByteBuffer.allocate(8 + next.length).putLong(0).put(next).array(),
                0,
                checksums);
        notInUse(ended);
        keep(ended);
        begin(ended + 1);
        told.add("switch " + ended);
    }

    void restart() throws IOException {
        restart(checksums);
    }

    private void restart(boolean checksumsFromNow) throws IOException {
        long ended = currentNumber();
        event(ended, STOP, new byte[0], 0, checksums);
        notInUse(ended);
        keep(ended);
        checksums = checksumsFromNow;
        begin(ended + 1);
    }

    /** Killed, and started again. */
    void crash() throws IOException {
        keep(currentNumber());
        begin(currentNumber() + 1);
    }

    /** The server says that it ended it, and the file doesn't. */
    void tear() throws IOException {
        notInUse(currentNumber());
        crash();
    }

    /** As {@code RESET MASTER}. */
    void reset() throws IOException {
        for (long number : numbers) {
            Files.delete(file(number));
        }
        numbers.clear();
        begin(1);
    }

    void withoutChecksums() throws IOException {
        restart(false);
    }

    private void notInUse(long number) throws IOException {
        byte[] all = Files.readAllBytes(file(number));
        all[FLAGS_AT] = 0;
        Files.write(file(number), all);
    }

    private void keep(long number) throws IOException {
        written.put(number, new String(Files.readAllBytes(file(number)), StandardCharsets.UTF_8));
    }

    /** Somebody else deletes logs. */
    void lose(long number) throws IOException {
        Files.delete(file(number));
        numbers.remove(number);
    }

    @Override
    public JournalFiles look() throws IOException {
        List<JournalFile> files = new ArrayList<>();
        for (long number : numbers) {
            files.add(new JournalFile(name(number), Files.size(file(number)), number == currentNumber()));
        }
        return new JournalFiles(on, folder, files, 4096);
    }

    @Override
    public void purgeTo(String name) throws IOException {
        told.add("purge to " + name);
        long to = Long.parseLong(name.replaceAll("\\D", ""));
        while (numbers.get(0) < Math.min(to, replicaAt)) {
            lose(numbers.get(0));
        }
    }

    @Override
    public Optional<Closeable> hold(@Nullable Duration limit, Consumer<String> stalled) {
        told.add("hold " + limit);
        if (stalls) {
            stalled.accept("session 9 of clerk");
            return Optional.empty();
        }
        return Optional.of(() -> told.add("go on"));
    }

    @Override
    public void carryOut(List<Path> files, Stretch stretch, Consumer<String> log) {
        told.add("carry out "
                + files.stream().map(each -> String.valueOf(each.getFileName())).toList() + " from " + stretch.from());
    }

    List<Long> numbers() {
        return List.copyOf(numbers);
    }
}
