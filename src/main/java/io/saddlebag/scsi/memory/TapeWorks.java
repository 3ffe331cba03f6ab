package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiCommand;
import java.nio.ByteBuffer;
import java.util.Set;

/** Carries the commands of a simulated drive out, as SSC-3 wants it. */
final class TapeWorks {
    private static final int TEST_UNIT_READY = 0x00;
    private static final int INQUIRY = 0x12;
    private static final int LOG_SENSE = 0x4d;
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;
    private static final int WRITE_FILEMARKS = 0x10;
    private static final int ERASE = 0x19;

    private final Set<TapeHabit> habits;
    private final TapeDeck deck;
    private final TapePages pages;
    private final TapeReadying readying;
    private final UnitAttentions attention;

    TapeWorks(Set<TapeHabit> habits, TapeDeck deck, TapePages pages, TapeReadying readying, UnitAttentions attention) {
        this.habits = habits;
        this.deck = deck;
        this.pages = pages;
        this.readying = readying;
        this.attention = attention;
    }

    /** @param damaged a block that is read can't be read */
    TapeAnswer carryOut(ScsiCommand command, boolean damaged) {
        byte[] cdb = command.cdb().toBytes();
        return switch (command.cdb().operation()) {
            case INQUIRY -> pages.inquiry(cdb, data(command));
            case 0x05 -> pages.blockLimits(data(command));
            case 0x1a -> pages.modeSense(cdb, data(command), deck);
            case 0x15 -> pages.modeSelect(data(command), deck);
            case LOG_SENSE -> pages.logSense(cdb, data(command));
            case 0x44 -> pages.densities(data(command));
            case 0x1b -> load((cdb[4] & 1) != 0);
            case 0x1e -> prevent((cdb[4] & 1) != 0);
            case 0x5e, 0x5f -> TapeAnswer.noSuchCommand();
            default -> deck.isLoaded() ? onTape(command, cdb, damaged) : notLoaded();
        };
    }

    /** A cartridge of another generation sits in the drive, and is of no use. */
    private TapeAnswer notLoaded() {
        SimulatedCartridge inside = deck.inside();
        boolean unusable = inside != null && deck.isSeated() && !pages.canUse(inside);
        return TapeAnswer.check(unusable ? TapeSense.of(3, 0x30, 0) : TapeSense.of(2, 0x3a, 0));
    }

    private TapeAnswer prevent(boolean locked) {
        if (habits.contains(TapeHabit.NO_PREVENT)) {
            return TapeAnswer.noSuchCommand();
        }
        deck.lock(locked);
        return TapeAnswer.GOOD;
    }

    private TapeAnswer load(boolean in) {
        if (!in) {
            if (deck.isLocked()) {
                return TapeAnswer.check(TapeSense.of(5, 0x53, 2));
            }
            deck.unload();
            return TapeAnswer.GOOD;
        }
        if (deck.isLoaded()) {
            deck.rewind();
            return TapeAnswer.GOOD;
        }
        SimulatedCartridge inside = deck.inside();
        if (inside != null && !pages.canUse(inside)) {
            deck.seat();
            return notLoaded();
        }
        if (!deck.load()) {
            return TapeAnswer.check(TapeSense.of(2, 0x3a, 0));
        }
        attention.toAll(TapeSense.of(6, 0x28, 0));
        readying.loading();
        return TapeAnswer.GOOD;
    }

    private TapeAnswer onTape(ScsiCommand command, byte[] cdb, boolean damaged) {
        if (writes(command, cdb) && pages.onlyReads(deck)) {
            return TapeAnswer.check(TapeSense.of(7, 0x30, 5));
        }
        switch (command.cdb().operation()) {
            case TEST_UNIT_READY -> {
                return TapeAnswer.GOOD;
            }
            case 0x01 -> {
                deck.rewind();
                return TapeAnswer.GOOD;
            }
            case READ -> {
                return damaged ? deck.readError(command.transferBytes()) : deck.read(data(command), pages.protection());
            }
            case WRITE -> {
                return deck.write(data(command), pages.density(deck), pages.protection());
            }
            case WRITE_FILEMARKS -> {
                return deck.writeFilemarks(cdb[4] & 0xff, pages.density(deck));
            }
            case 0x11 -> {
                return deck.space(cdb[1] & 0x0f, ByteBuffer.wrap(cdb).getInt(1) << 8 >> 8);
            }
            case 0x34 -> {
                return pages.position(cdb, data(command), deck);
            }
            case ERASE -> {
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

    private static boolean writes(ScsiCommand command, byte[] cdb) {
        int operation = command.cdb().operation();
        return operation == WRITE || operation == ERASE || (operation == WRITE_FILEMARKS && cdb[4] != 0);
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
