// engine/evidence/openssl_memory.h - what happens when OpenSSL gets no memory.
#pragma once

namespace lotledger {

/// Lets a failed allocation of OpenSSL call the new-handler of the process, like one of our own; without it, it would
/// look like a hash that refuses bytes. Call once, in main(), before anything else of OpenSSL.
void let_openssl_call_the_new_handler();

}  // namespace lotledger
