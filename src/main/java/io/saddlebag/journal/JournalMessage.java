package io.saddlebag.journal;

/** What a pass says, under the ids that operators of Rdb know (J14). */
public enum JournalMessage {
    AIJBCKBEG,
    AIJBCKSEQ,
    LOGBCKAIJ,
    LOGCREBCK,
    QUIETPT,
    QUIETPTBUSY,
    AIJBCKEND,
    LOGAIJJRN,
    LOGAIJBLK,
    DOFULLBCK,
    OPERNOTIFY,
    /** Receiving of a log begins (J19). */
    STREAMBEG,
    /** The log goes on with another timeline. */
    STREAMTLI,
    /** Something is to be known of what the server keeps. */
    STREAMSLOT,
    /** The connection is lost, and made again. */
    STREAMLOST,
    STREAMEND,
    /** What the source has doesn't arrive in the copy, or does again (J27). */
    STREAMSTALL,
    /** What is written to journals doesn't become backups, or does again (J27). */
    JNLSTALL,
    /** A pass failed, and is tried again (J4). */
    JNLFAIL,
    /** Passes go through again. */
    JNLAGAIN,
    /** The server whose journals these are can't be asked, or says what somebody should know (J16). */
    JNLSERVER,
    /** The journals' disk fills up, and what is done about it (J26). */
    JNLDISK,
    /** A journal is deleted without a backup, so that the disk doesn't fill up (J26). */
    JNLDROP
}
