package io.saddlebag.tape;

import io.saddlebag.fault.FaultCode;

/** Failures of a drive or of the medium in it. */
public enum TapeFault implements FaultCode {
    MEDIUM_ERROR(
            "SBG-T001", "the block at this position can't be read or was not written; blocks before it are unharmed"),
    DRIVE_ERROR("SBG-T002", "nothing is known of the command that failed; what was synchronised before is unharmed"),
    UNIT_ATTENTION(
            "SBG-T003", "the command was not carried out; the medium or the drive's state changed behind our back"),
    POSITION_LOST("SBG-T004", "no data is lost, but the position must be read again before anything is written"),
    END_OF_MEDIUM("SBG-T005", "the block was not written; all before it is on the medium"),
    NO_MEDIUM("SBG-T006", "nothing was read or written"),
    WRITE_PROTECTED("SBG-T007", "nothing was written"),
    BLOCK_LENGTH("SBG-T008", "nothing was transferred; the position is behind the block when it was a read"),
    NOT_A_CARTRIDGE("SBG-T009", "nothing was changed; the file is not a cartridge this drive can read"),
    IN_USE("SBG-T010", "nothing was changed; somebody else has the drive or the cartridge"),
    OUT_OF_SPACE(
            "SBG-T011",
            "the host's disk is full; all blocks up to the last filemark are safe and what came after was taken back"),
    POSITION_REFUSED("SBG-T012", "nothing was written; the position asked for is not on the medium"),
    BAD_DENSITY("SBG-T014", "nothing was written; the drive can't write the way that was asked for"),
    UNUSABLE_MEDIUM("SBG-T015", "nothing was read or written; the drive can't use this kind of cartridge"),
    BUSY("SBG-T016", "the command was not carried out; all before it is as it was"),
    RESERVATION_LOST(
            "SBG-T017",
            "the command was not carried out; another host may have moved the tape, or written on it, and nothing that"
                    + " was known of it is believed"),
    DAMAGED_ON_THE_WAY(
            "SBG-T018",
            "a block was changed between host and drive: it was not written, or what was read is not used; blocks before"
                    + " it are unharmed"),
    UNPROTECTED(
            "SBG-T019",
            "nothing was written; blocks would travel between host and drive without the protection that was asked for");

    private final String id;
    private final String effect;

    TapeFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
