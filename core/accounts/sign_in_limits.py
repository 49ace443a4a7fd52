"""How often one may try to sign in: by address, and by name and address together.

Nothing is counted by name alone, so nobody can keep another person out by guessing at their name. Where an address is
delayed for guessing at many names, a random share of names without failures is still admitted, so that one attacker
cannot block a shared address.
"""

import ipaddress
import math
import random
import time
from collections.abc import Callable

from core.accounts.backoff import Backoff, BackoffPolicy
from core.errors import TooManyRequests

PAIR_POLICY = BackoffPolicy(free_failures=10, first_delay=2, max_delay=900, recovery=900)
"""For one name from one address: a hundred guesses a day and no more."""
ADDRESS_POLICY = BackoffPolicy(free_failures=100, first_delay=1, max_delay=30, recovery=30)
"""For all names from one address, behind which an office may be: a short longest delay."""
ADMITTED_SHARE = 0.25
"""The part of attempts on names without failures that a delayed address may still make."""
IPV6_PREFIX = 64
"""Bits: a household has all addresses below them."""


class SignInLimits:
    """Counts failures to sign in. ``clock`` gives seconds and never goes back, ``rng`` a number from 0 to below 1."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, rng: Callable[[], float] = random.random) -> None:
        self._rng = rng
        self._by_pair = Backoff(PAIR_POLICY, clock)
        self._by_address = Backoff(ADDRESS_POLICY, clock)

    def delay(self, name_key: str, network: str) -> float:
        """Seconds until this name may be tried from this network; 0 if now."""
        if pair_delay := self._by_pair.delay((name_key, network)):
            return pair_delay
        address_delay = self._by_address.delay(network)
        is_new_here = self._by_pair.failure_count((name_key, network)) < 1
        if address_delay and is_new_here and self._rng() < ADMITTED_SHARE:
            return 0.0
        return address_delay

    def count_attempt(self, name_key: str, network: str) -> None:
        """Count an attempt as a failure before the password is checked.

        Many attempts at once then get no further than many in turn.
        """
        self._by_pair.add_failure((name_key, network))
        self._by_address.add_failure(network)

    def count_success(self, name_key: str, network: str) -> None:
        """The attempt counted before was right: forget what the name failed here, and this attempt of the address."""
        self._by_pair.clear((name_key, network))
        self._by_address.forgive(network)


def too_many_sign_ins(delay: float) -> TooManyRequests:
    """The error for somebody who must wait so many seconds."""
    retry_after = max(1, math.ceil(delay))
    return TooManyRequests(
        f"Too many attempts to sign in: try again in {retry_after} seconds.", retry_after=retry_after
    )


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 of an IPv6 one; any other text as it is."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            # A dual-stack socket shows IPv4 clients so: they are the same visitors as without it.
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), IPV6_PREFIX), strict=False))
    return str(ip)
