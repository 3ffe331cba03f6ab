package io.saddlebag.fault;

/**
 * A stable identity of one kind of failure (E10). Each concept's package has its own enum of them, so that an id can be
 * looked up in the reference and matched in scripts, whatever the wording of the message.
 *
 * <p>Implementations are enums: immutable and safe for any thread.
 */
public interface FaultCode {
    /** The id that never changes once released: {@code SBG-}, a letter for the area, three digits, e.g. {@code SBG-M006}. */
    String id();

    /** What a failure of this kind means for the data, as a sentence without a full stop. */
    String effect();
}
