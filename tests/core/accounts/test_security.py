async def test_a_stream_token_dies_with_its_sign_in(accounts: Accounts, clock: Clock) -> None:
    identity = await accounts.identify((await accounts.register("ada", PASSWORD)).token)
    clock.forward(days=13, hours=23)
    assert security.new_stream_token(identity.token, clock.now).expires_at == identity.token.expires_at
