package io.saddlebag.scsi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One device over several ways, of which one is used at a time (M18). Another way is taken only when the command was
 * certainly not sent; when its fate is unknown the caller is told, and the next command takes another way. Behind each way
 * must be the same device, by its serial number. Thread-safe.
 */
public final class FailoverTransport implements ScsiTransport {
    private final String device;
    private final List<Way> ways;
    private @Nullable String serial;
    private @Nullable ScsiTransport open;
    private int current;

    /** A way to the device that can be opened again and again. */
    public interface Way {
        /** For people, e.g. {@code /dev/sg3}; without secrets. */
        String name();

        /** @throws ScsiException {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}, {@link ScsiFault#IN_USE} */
        ScsiTransport open() throws IOException;
    }

    private FailoverTransport(String device, List<Way> ways, @Nullable String serial) {
        this.device = device;
        this.ways = List.copyOf(ways);
        this.serial = serial;
        if (ways.isEmpty()) {
            throw new IllegalArgumentException("there is no way to " + device);
        }
    }

    /**
     * Opens the first way that leads to the device.
     *
     * @param device for messages
     * @param serial that the device must have; null for that of the device behind the first way
     * @throws ScsiException {@link ScsiFault#NO_DEVICE} when none does, saying why of each
     */
    public static FailoverTransport open(String device, List<Way> ways, @Nullable String serial) throws IOException {
        FailoverTransport transport = new FailoverTransport(device, ways, serial);
        transport.way();
        return transport;
    }

    @Override
    public synchronized String name() {
        return ways.get(current).name();
    }

    /** The serial number of the device, without padding; empty when it tells none. */
    public synchronized Optional<String> serial() {
        return Optional.ofNullable(serial);
    }

    @Override
    public synchronized int longestTransferBytes() {
        // the last way that was open, when none is: its limit is what the caller has seen
        try {
            return way().longestTransferBytes();
        } catch (IOException e) {
            return 1;
        }
    }

    @Override
    public synchronized ScsiReply execute(ScsiCommand command) throws IOException {
        for (int attempt = 0; ; attempt++) {
            ScsiTransport way = way();
            if (command.transferBytes() > way.longestTransferBytes()) {
                throw new ScsiException(
                        ScsiFault.NO_DEVICE,
                        "the attachment " + way.name() + " of " + device + " takes only " + way.longestTransferBytes()
                                + " bytes a command, not " + command.transferBytes(),
                        "Bring the other attachment back, or use smaller blocks.");
            }
            try {
                return way.execute(command);
            } catch (ScsiException e) {
                boolean neverSent = e.is(ScsiFault.NO_DEVICE);
                if (neverSent || e.is(ScsiFault.CONNECTION_LOST)) {
                    leave(e);
                }
                if (!neverSent || attempt >= ways.size()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        ScsiTransport last = open;
        open = null;
        if (last != null) {
            last.close();
        }
    }

    private void leave(ScsiException why) {
        try {
            close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        current = (current + 1) % ways.size();
    }

    private ScsiTransport way() throws IOException {
        ScsiTransport now = open;
        if (now != null) {
            return now;
        }
        List<String> reasons = new ArrayList<>();
        ScsiException failed = new ScsiException(ScsiFault.NO_DEVICE, "", "");
        for (int i = 0; i < ways.size(); i++) {
            int tried = (current + i) % ways.size();
            try {
                ScsiTransport candidate = checked(ways.get(tried));
                current = tried;
                open = candidate;
                return candidate;
            } catch (ScsiException e) {
                reasons.add(ways.get(tried).name() + ": " + e.what());
                failed = e;
            }
        }
        if (ways.size() == 1) {
            throw failed;
        }
        throw new ScsiException(
                ScsiFault.NO_DEVICE,
                "no attachment of " + device + " can be used: " + String.join("; ", reasons),
                "Check cables, power and permissions; discoverdev shows what is attached.",
                failed);
    }

    /** The device behind a way, which is the right one. */
    private ScsiTransport checked(Way way) throws IOException {
        ScsiTransport candidate = way.open();
        boolean right = false;
        try {
            Optional<String> there = UnitSerial.of(candidate);
            if (serial == null) {
                serial = there.orElse(null);
            } else if (!serial.equals(there.orElse(null))) {
                throw new ScsiException(
                        ScsiFault.NO_DEVICE,
                        "behind " + way.name() + " is the device with serial number " + there.orElse("unknown")
                                + ", not " + device + " with " + serial,
                        "Correct the attachment or the serial number in config/devices.yaml.");
            }
            right = true;
            return candidate;
        } finally {
            if (!right) {
                candidate.close();
            }
        }
    }
}
