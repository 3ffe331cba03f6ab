package io.saddlebag.journal;

/** The twin. */
class MemoryChainTest extends JournalChainContract {
    @Override
    JournalChain chain() {
        return new MemoryChain();
    }
}
