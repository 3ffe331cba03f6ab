package io.saddlebag.library;

import org.jspecify.annotations.Nullable;

/**
 * What the robot knows of one element (READ ELEMENT STATUS, SMC-3, 6.11).
 *
 * @param full a cartridge is in it; comes from the robot's sensor, never from a barcode
 * @param barcode of that cartridge; null when empty or unreadable
 * @param cameFrom where the cartridge stood before its last move, a hint only; null when unknown
 */
public record ElementStatus(
        Element element,
        boolean full,
        @Nullable Barcode barcode,
        @Nullable Element cameFrom) {
    public static ElementStatus empty(Element element) {
        return new ElementStatus(element, false, null, null);
    }
}
