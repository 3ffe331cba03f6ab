package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A simulated device that several hosts reach, with persistent reservations as in SPC-4, 5.12. Each way from a host has its
 * own registration and its own unit attentions about them. Thread-safe.
 */
public final class SimulatedReservations {
    private static final int INQUIRY = 0x12;
    private static final int IN = 0x5e;
    private static final int OUT = 0x5f;
    private static final int WRITE_EXCLUSIVE = 1;
    /** They say who the device is, and which reservations it has. */
    private static final Set<Integer> ALWAYS_ALLOWED = Set.of(INQUIRY, 0x03, 0x05, 0xa0, IN);
    /** They only look. */
    private static final Set<Integer> LOOKING = Set.of(0x00, 0x08, 0x1a, 0x34, 0x44, 0x4d, 0x5a, 0xb8);

    private final ScsiTransport device;
    private final Map<String, Long> registered = new TreeMap<>();
    private final Map<String, Deque<TapeSense>> attentions = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private @Nullable String holder;
    private int type;
    private int generation;

    private SimulatedReservations(ScsiTransport device) {
        this.device = device;
    }

    /** @param device closed by nobody here */
    public static SimulatedReservations of(ScsiTransport device) {
        return new SimulatedReservations(device);
    }

    /** A way to the device, from a host or from one of its processes. */
    public ScsiTransport from(String nexus) {
        return new Way(nexus);
    }

    /** The device loses its power, and with it what it knew of reservations. */
    public synchronized void powerLoss() {
        registered.clear();
        holder = null;
    }

    /** Ways that are registered, each with its key in hexadecimal digits. */
    public synchronized Map<String, String> registrations() {
        Map<String, String> all = new TreeMap<>();
        registered.forEach((nexus, key) -> all.put(nexus, Long.toHexString(key)));
        return all;
    }

    /** The way that has the device reserved. */
    public synchronized @Nullable String holder() {
        return holder;
    }

    /** What PERSISTENT RESERVE OUT did, e.g. {@code a reserve}. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    private synchronized ScsiReply execute(String nexus, ScsiCommand command) throws IOException {
        int operation = command.cdb().operation();
        if (operation != INQUIRY) {
            TapeSense news =
                    attentions.computeIfAbsent(nexus, n -> new ArrayDeque<>()).poll();
            if (news != null) {
                return news.reply(0, false);
            }
        }
        if (operation == IN) {
            return in(command);
        }
        if (operation == OUT) {
            return out(nexus, command);
        }
        return isAllowed(nexus, operation) ? device.execute(command) : conflict();
    }

    private boolean isAllowed(String nexus, int operation) {
        return holder == null
                || holder.equals(nexus)
                || ALWAYS_ALLOWED.contains(operation)
                || (type == WRITE_EXCLUSIVE && LOOKING.contains(operation));
    }

    private ScsiReply in(ScsiCommand command) {
        ByteBuffer into = data(command);
        ByteBuffer answer = ByteBuffer.allocate(8 + 8 * registered.size() + 16);
        answer.putInt(generation);
        int action = command.cdb().toBytes()[1] & 0x1f;
        if (action == 0) {
            answer.putInt(8 * registered.size());
            registered.values().forEach(answer::putLong);
        } else if (action == 1 && holder == null) {
            answer.putInt(0);
        } else if (action == 1) {
            answer.putInt(16)
                    .putLong(registered.getOrDefault(holder, 0L))
                    .putInt(0)
                    .put((byte) 0)
                    .put((byte) type)
                    .putShort((short) 0);
        } else {
            return check(0x24);
        }
        int bytes = Math.min(answer.position(), into.remaining());
        into.duplicate().put(answer.array(), 0, bytes);
        return ScsiReply.good(bytes);
    }

    private ScsiReply out(String nexus, ScsiCommand command) {
        byte[] cdb = command.cdb().toBytes();
        int action = cdb[1] & 0x1f;
        ByteBuffer parameters = data(command).slice();
        long key = parameters.getLong(0);
        long serviceKey = parameters.getLong(8);
        Long own = registered.get(nexus);
        boolean mayAnybody = action == 6 || (action == 0 && key == 0);
        if (!mayAnybody && (own == null || own != key)) {
            return conflict();
        }
        return switch (action) {
            case 0, 6 -> register(nexus, serviceKey);
            case 1 -> reserve(nexus, cdb[2] & 0x0f);
            case 2 -> release(nexus, cdb[2] & 0x0f);
            case 4, 5 -> preempt(nexus, serviceKey, cdb[2] & 0x0f);
            default -> check(0x24);
        };
    }

    private ScsiReply register(String nexus, long key) {
        generation++;
        if (key != 0) {
            registered.put(nexus, key);
            log.add(nexus + " register");
            return ScsiReply.good(0);
        }
        registered.remove(nexus);
        log.add(nexus + " unregister");
        if (nexus.equals(holder)) {
            holder = null;
        }
        return ScsiReply.good(0);
    }

    private ScsiReply reserve(String nexus, int wanted) {
        if (holder != null && !(holder.equals(nexus) && type == wanted)) {
            return conflict();
        }
        log.add(nexus + " reserve");
        holder = nexus;
        type = wanted;
        return ScsiReply.good(0);
    }

    private ScsiReply release(String nexus, int wanted) {
        if (!nexus.equals(holder)) {
            return ScsiReply.good(0);
        }
        if (type != wanted) {
            return check(0x26);
        }
        log.add(nexus + " release");
        holder = null;
        return ScsiReply.good(0);
    }

    /** Not of all registrants, so that the key names one holder, or only registrations (SPC-4, 5.12.11.2.6). */
    private ScsiReply preempt(String nexus, long victim, int wanted) {
        List<String> victims = registered.entrySet().stream()
                .filter(each -> each.getValue() == victim)
                .map(Map.Entry::getKey)
                .toList();
        if (victims.isEmpty()) {
            return conflict();
        }
        generation++;
        log.add(nexus + " preempt");
        boolean ofHolder = holder != null && victims.contains(holder);
        for (String each : victims) {
            if (!each.equals(nexus)) {
                registered.remove(each);
                attentions.computeIfAbsent(each, n -> new ArrayDeque<>()).add(TapeSense.of(6, 0x2a, 0x05));
            }
        }
        if (ofHolder) {
            holder = nexus;
            type = wanted;
        }
        return ScsiReply.good(0);
    }

    private static ScsiReply conflict() {
        return ScsiReply.of(ScsiReply.RESERVATION_CONFLICT, 0, new byte[0]);
    }

    private static ScsiReply check(int asc) {
        return TapeSense.of(5, asc, 0).reply(0, false);
    }

    private static ByteBuffer data(ScsiCommand command) {
        ByteBuffer data = command.data();
        if (data == null) {
            throw new IllegalArgumentException(command.name() + " without data");
        }
        return data;
    }

    private final class Way implements ScsiTransport {
        private final String nexus;

        Way(String nexus) {
            this.nexus = nexus;
        }

        @Override
        public String name() {
            return device.name() + " from " + nexus;
        }

        @Override
        public int longestTransferBytes() {
            return device.longestTransferBytes();
        }

        @Override
        public ScsiReply execute(ScsiCommand command) throws IOException {
            return SimulatedReservations.this.execute(nexus, command);
        }

        /** No effect: others use the device, and a registration outlives its connection. */
        @Override
        public void close() {}
    }
}
