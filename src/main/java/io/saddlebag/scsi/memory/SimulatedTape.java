package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tape drive that speaks SSC-3 in memory. Faults are addressed by the n-th command of an operation code; every command
 * that arrives is counted, and every WRITE remembered, so that a test can prove that none came twice. Thread-safe.
 */
public final class SimulatedTape implements ScsiTransport {
    private static final int TEST_UNIT_READY = 0x00;
    private static final int INQUIRY = 0x12;
    private static final int LOG_SENSE = 0x4d;
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;
    private static final int WRITE_FILEMARKS = 0x10;
    private static final int POLLS_UNTIL_READY = 3;

    private final String name;
    private final Set<TapeHabit> habits = EnumSet.noneOf(TapeHabit.class);
    private final Random chance;
    private final TapeDeck deck;
    private final TapePages pages;
    private final UnitAttentions attention = new UnitAttentions();
    private final Map<Integer, Map<Integer, TapeFaultKind>> faults = new HashMap<>();
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final List<TapeFaultKind> struck = new ArrayList<>();
    private int unreadyFor;
    private int pollsUntilReady;
    private boolean closed;

    public SimulatedTape(String name, long seed, Set<TapeHabit> habits) {
        this.name = name;
        this.habits.addAll(habits);
        this.chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L + 0x632B_E5AB);
        this.deck = new TapeDeck(this.habits, chance);
        this.pages = new TapePages("SIM" + name, this.habits);
    }

    /** The fault hits the n-th command, from 1, with this operation code. */
    public synchronized SimulatedTape at(int operation, int n, TapeFaultKind fault) {
        faults.computeIfAbsent(operation, o -> new HashMap<>()).put(n, fault);
        return this;
    }

    /** The fault hits so many of the next commands with this operation code. */
    public synchronized SimulatedTape nextOf(int operation, int commands, TapeFaultKind fault) {
        for (int i = 1; i <= commands; i++) {
            at(operation, count(operation) + i, fault);
        }
        return this;
    }

    /** The fault hits the next command with this operation code. */
    public synchronized SimulatedTape next(int operation, TapeFaultKind fault) {
        return at(operation, count(operation) + 1, fault);
    }

    /** So many commands after a LOAD are answered with becoming ready. */
    public synchronized SimulatedTape slowLoads(int polls) {
        pollsUntilReady = polls;
        return this;
    }

    public synchronized SimulatedTape insert(SimulatedCartridge cartridge) {
        deck.insert(cartridge);
        return this;
    }

    public synchronized SimulatedCartridge remove() {
        return deck.remove();
    }

    public synchronized Optional<SimulatedCartridge> cartridge() {
        return Optional.ofNullable(deck.inside());
    }

    /** Somebody exchanges the cartridge; the drive loads the new one by itself, and says so. */
    public synchronized void exchange(SimulatedCartridge other) {
        deck.unload();
        deck.remove();
        deck.insert(other);
        deck.load();
        attention.toAll(TapeSense.of(6, 0x28, 0));
    }

    /** The drive loses its power, and comes back with the cartridge not loaded. A closed transport is open again. */
    public synchronized void powerLoss() {
        deck.reset(false);
        pages.forgetSettings();
        attention.onlyReset();
        closed = false;
    }

    /** Somebody resets the drive: the tape goes to its beginning, what was in the buffer is lost, and the drive says so. */
    public synchronized void reset() {
        deck.reset(true);
        pages.forgetSettings();
        attention.toAll(TapeSense.of(6, 0x29, 0));
    }

    public synchronized void alert(int flag) {
        pages.alert(flag);
    }

    /** How many commands with this operation code arrived, whatever became of them. */
    public synchronized int count(int operation) {
        return counts.getOrDefault(operation, 0);
    }

    /** The name of each command that arrived. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** What each WRITE was to write that the drive did not refuse with a status alone. */
    public synchronized List<String> writes() {
        return List.copyOf(writes);
    }

    public synchronized List<TapeFaultKind> struck() {
        return List.copyOf(struck);
    }

    /** Where the tape really stands. */
    public synchronized int position() {
        return deck.position();
    }

    public synchronized boolean isLoaded() {
        return deck.isLoaded();
    }

    public synchronized int blockBytes() {
        return pages.blockBytes();
    }

    public synchronized int density() {
        return pages.density();
    }

    public synchronized boolean isCompressing() {
        return pages.isCompressing();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int longestTransferBytes() {
        return 16 << 20;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** The way of another initiator: it hears for itself what happened to the drive. Closing it does nothing. */
    public synchronized ScsiTransport session() {
        int initiator = attention.register();
        return new ScsiTransport() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int longestTransferBytes() {
                return SimulatedTape.this.longestTransferBytes();
            }

            @Override
            public ScsiReply execute(ScsiCommand command) throws ScsiException {
                return SimulatedTape.this.execute(command, initiator);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        return execute(command, 0);
    }

    private synchronized ScsiReply execute(ScsiCommand command, int initiator) throws ScsiException {
        attention.from(initiator);
        if (closed) {
            throw new IllegalStateException("transport " + name + " is closed");
        }
        if (command.transferBytes() > longestTransferBytes()) {
            throw new IllegalArgumentException(command.name() + " transfers " + command.transferBytes() + " bytes");
        }
        int operation = command.cdb().operation();
        int n = counts.merge(operation, 1, Integer::sum);
        TapeFaultKind fault = faults.getOrDefault(operation, Map.of()).get(n);
        if (fault != null) {
            struck.add(fault);
        }
        if (fault == TapeFaultKind.NO_DEVICE) {
            throw new ScsiException(ScsiFault.NO_DEVICE, "there is no device " + name, "Plug it in.");
        }
        log.add(command.name());
        ScsiReply refusal = fault == null ? null : status(fault);
        if (refusal != null) {
            return refusal;
        }
        if (operation == WRITE) {
            writes.add(StandardCharsets.ISO_8859_1
                    .decode(data(command).duplicate())
                    .toString());
        }
        return answer(command, fault);
    }

    private ScsiReply answer(ScsiCommand command, @Nullable TapeFaultKind fault) throws ScsiException {
        if (fault != null) {
            disturb(command, fault);
            if (fault.isLostAnswer()) {
                throw lost(command, fault);
            }
        }
        TapeAnswer answer = early(command, fault);
        if (answer == null) {
            boolean done = (fault != TapeFaultKind.HARDWARE_ERROR && fault != TapeFaultKind.NO_SENSE_DATA)
                    || chance.nextBoolean();
            answer = done ? carryOut(command, fault) : TapeAnswer.GOOD;
            if (fault == TapeFaultKind.NO_SENSE_DATA) {
                return ScsiReply.of(ScsiReply.CHECK_CONDITION, 0, new byte[0]);
            }
            if (fault == TapeFaultKind.HARDWARE_ERROR) {
                answer = TapeAnswer.check(TapeSense.of(4, 0x44, 0));
            }
            answer = TapeAnswers.changed(answer, fault);
        }
        return answer.reply(habits.contains(TapeHabit.DESCRIPTOR_SENSE));
    }

    private static @Nullable ScsiReply status(TapeFaultKind fault) {
        return switch (fault) {
            case BUSY -> ScsiReply.of(ScsiReply.BUSY, 0, new byte[0]);
            case TASK_SET_FULL -> ScsiReply.of(ScsiReply.TASK_SET_FULL, 0, new byte[0]);
            case RESERVED -> ScsiReply.of(ScsiReply.RESERVATION_CONFLICT, 0, new byte[0]);
            default -> null;
        };
    }

    /** What happens to the drive before it looks at the command. */
    private void disturb(ScsiCommand command, TapeFaultKind fault) {
        switch (fault) {
            case RESET -> reset();
            case MEDIUM_CHANGED -> {
                deck.rewind();
                attention.toAll(TapeSense.of(6, 0x28, 0));
            }
            case SETTINGS_CHANGED -> {
                pages.forgetSettings();
                attention.toAll(TapeSense.of(6, 0x2a, 1));
            }
            case BECOMING_READY -> unreadyFor = POLLS_UNTIL_READY;
            case DEFERRED_ERROR -> deck.dropBuffer();
            case EARLY_WARNING -> onLoaded(deck::warnHere);
            case HARD_END -> onLoaded(deck::endHere);
            case CLEANING_REQUESTED -> pages.alert(20);
            case TIMED_OUT_CARRIED_OUT, CONNECTION_LOST_CARRIED_OUT -> {
                if (early(command, null) == null) {
                    carryOut(command, null);
                }
            }
            default -> {
                // does nothing beforehand
            }
        }
    }

    private void onLoaded(Runnable change) {
        if (deck.isLoaded()) {
            change.run();
        }
    }

    private ScsiException lost(ScsiCommand command, TapeFaultKind fault) {
        if (fault.isTimeOut()) {
            return new ScsiException(ScsiFault.TIMED_OUT, command.name() + " timed out", "Wait.");
        }
        attention.toSpeaking(TapeSense.of(6, 0x29, 7));
        return new ScsiException(ScsiFault.CONNECTION_LOST, "the connection to " + name + " was lost", "Check it.");
    }

    /** What is said without looking at the command; null when it is carried out. */
    private @Nullable TapeAnswer early(ScsiCommand command, @Nullable TapeFaultKind fault) {
        int operation = command.cdb().operation();
        if (operation == INQUIRY) {
            return null;
        }
        TapeSense news = attention.next();
        if (news != null) {
            return TapeAnswer.check(news);
        }
        if (fault == TapeFaultKind.DEFERRED_ERROR) {
            return TapeAnswer.check(TapeSense.of(3, 0x0c, 0).asDeferred());
        }
        if (fault == TapeFaultKind.ABORTED) {
            return TapeAnswer.check(TapeSense.of(0xb, 0, 0));
        }
        if (fault == TapeFaultKind.WRITE_PROTECTED) {
            return TapeAnswer.check(TapeSense.of(7, 0x27, 0));
        }
        if (fault == TapeFaultKind.MEDIUM_ERROR && operation != READ) {
            return TapeAnswer.check(
                    TapeSense.of(3, operation == WRITE || operation == WRITE_FILEMARKS ? 0x0c : 0x11, 0));
        }
        if (unreadyFor > 0 && operation != LOG_SENSE) {
            unreadyFor--;
            return TapeAnswer.check(TapeSense.of(2, 4, 1));
        }
        return null;
    }

    private TapeAnswer carryOut(ScsiCommand command, @Nullable TapeFaultKind fault) {
        byte[] cdb = command.cdb().toBytes();
        return switch (command.cdb().operation()) {
            case INQUIRY -> pages.inquiry(cdb, data(command));
            case 0x05 -> pages.blockLimits(data(command));
            case 0x1a -> pages.modeSense(cdb, data(command), deck.isWriteProtected());
            case 0x15 -> pages.modeSelect(data(command), deck.position() == 0);
            case LOG_SENSE -> pages.logSense(cdb, data(command));
            case 0x44 -> pages.densities(data(command));
            case 0x1b -> load((cdb[4] & 1) != 0);
            case 0x5e, 0x5f -> TapeAnswer.noSuchCommand();
            default -> deck.isLoaded() ? onTape(command, cdb, fault) : TapeAnswer.check(TapeSense.of(2, 0x3a, 0));
        };
    }

    private TapeAnswer load(boolean in) {
        if (!in) {
            deck.unload();
            return TapeAnswer.GOOD;
        }
        if (deck.isLoaded()) {
            deck.rewind();
            return TapeAnswer.GOOD;
        }
        if (!deck.load()) {
            return TapeAnswer.check(TapeSense.of(2, 0x3a, 0));
        }
        attention.toAll(TapeSense.of(6, 0x28, 0));
        unreadyFor = pollsUntilReady;
        return TapeAnswer.GOOD;
    }

    private TapeAnswer onTape(ScsiCommand command, byte[] cdb, @Nullable TapeFaultKind fault) {
        switch (command.cdb().operation()) {
            case TEST_UNIT_READY -> {
                return TapeAnswer.GOOD;
            }
            case 0x01 -> {
                deck.rewind();
                return TapeAnswer.GOOD;
            }
            case READ -> {
                return fault == TapeFaultKind.MEDIUM_ERROR
                        ? deck.readError(command.transferBytes())
                        : deck.read(data(command));
            }
            case WRITE -> {
                return deck.write(data(command), pages.density());
            }
            case WRITE_FILEMARKS -> {
                return deck.writeFilemarks(cdb[4] & 0xff, pages.density());
            }
            case 0x11 -> {
                return deck.space(cdb[1] & 0x0f, ByteBuffer.wrap(cdb).getInt(1) << 8 >> 8);
            }
            case 0x34 -> {
                return pages.position(cdb, data(command), deck);
            }
            case 0x19 -> {
                return habits.contains(TapeHabit.NO_ERASE) ? TapeAnswer.noSuchCommand() : deck.erase();
            }
            case 0x2b -> {
                return locate(ByteBuffer.wrap(cdb).getInt(3) & 0xffff_ffffL);
            }
            case 0x92 -> {
                return locate(ByteBuffer.wrap(cdb).getLong(4));
            }
            default -> {
                return TapeAnswer.noSuchCommand();
            }
        }
    }

    private TapeAnswer locate(long block) {
        return habits.contains(TapeHabit.NO_LOCATE) ? TapeAnswer.noSuchCommand() : deck.locate(block);
    }

    private static ByteBuffer data(ScsiCommand command) {
        ByteBuffer data = command.data();
        if (data == null) {
            throw new IllegalArgumentException(command.name() + " without data");
        }
        return data;
    }
}
