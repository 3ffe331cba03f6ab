package io.saddlebag.tape;

/**
 * Where a drive stands (READ POSITION, SSC-3, 7.7).
 *
 * @param next the object that would be read or overwritten next
 * @param pastEarlyWarning the early-warning point lies behind: close the volume now (M6)
 */
public record TapePosition(BlockAddress next, boolean pastEarlyWarning) {
    public boolean atBeginning() {
        return next.value() == 0;
    }
}
