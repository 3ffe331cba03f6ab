package io.saddlebag.scsi;

/**
 * Addresses of one type's elements, which follow each other.
 *
 * @param first 0 to 65,535; means nothing when there are none
 * @param count 0 when the changer has none of the type
 */
public record ElementRange(int first, int count) {
    private static final int ADDRESSES = 0x10000;

    public ElementRange {
        if (first < 0 || count < 0 || (count > 0 && first + count > ADDRESSES)) {
            throw new IllegalArgumentException(count + " elements from address " + first + " on");
        }
    }

    public boolean contains(int address) {
        return address >= first && address < first + count;
    }
}
