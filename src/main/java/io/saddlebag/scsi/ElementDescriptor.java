package io.saddlebag.scsi;

import org.jspecify.annotations.Nullable;

/**
 * What a changer says of one element (SMC-3, 6.11). A field that the device cut off is as if it had not been given.
 *
 * @param full by the sensor, whatever the barcode says
 * @param exception something is wrong with the element; {@code asc} and {@code ascq} say what
 * @param accessible for a drive: its cartridge can be taken; not every changer tells
 * @param putByOperator an import/export element's cartridge was put in from outside
 * @param sourceAddress where its cartridge came from; null when unknown
 * @param volumeTag the barcode, without padding; null when it was not asked for, is unreadable or there is none
 * @param device the drive in the element; null when it was not asked for or not given
 */
public record ElementDescriptor(
        ElementType type,
        int address,
        boolean full,
        boolean exception,
        boolean accessible,
        boolean putByOperator,
        int asc,
        int ascq,
        @Nullable Integer sourceAddress,
        @Nullable String volumeTag,
        @Nullable ElementDevice device) {}
